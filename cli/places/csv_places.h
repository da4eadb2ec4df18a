#ifndef LAGESBILD_CLI_PLACES_CSV_PLACES_H_
#define LAGESBILD_CLI_PLACES_CSV_PLACES_H_

#include <functional>
#include <istream>

#include "absl/status/status.h"
#include "cli/feature_rows.h"
#include "cli/place_rows.h"
#include "cli/places/place_collector.h"

namespace lagesbild::cli {

// Takes the records of a table as places. Its first line names the columns,
// which are found by `options.names` without regard to case; a cell of kinds
// may hold several ("fsk+gr"). A municipality's school data 1.1 is such a
// table. `tick(row)` is called after each record.
// INVALID_ARGUMENT for a text that is no table, or lacks a column; what is
// wrong with a row is the collector's to tell.
absl::Status ReadCsvPlaces(std::istream* in, char separator,
                           const ReadOptions& options,
                           const std::function<void(int row)>& tick,
                           RegisterTeller* teller, PlaceCollector* collector);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_CSV_PLACES_H_
