#ifndef LAGESBILD_CLI_PLACES_READ_PLACES_H_
#define LAGESBILD_CLI_PLACES_READ_PLACES_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/feature_rows.h"
#include "cli/places/place_collector.h"
#include "cli/places/place_row.h"
#include "cli/places/reading_progress.h"

namespace lagesbild::cli {

struct PlaceReadOptions {
  ReadOptions read;
  OnRepeat on_repeat = OnRepeat::kError;
  KindForms kinds;
  // Positions that look swapped are taken as they stand.
  bool keep_swapped = false;
};

// The places of a file of any format (place_format.h), or of a folder of the
// school register's JSON files, which are one extract together. The text is
// read once and not kept. INVALID_ARGUMENT naming the file and every row and
// field at fault (the first input::kMaxFaults); NOT_FOUND when there is no such
// file.
absl::StatusOr<PlaceFile> ReadPlaces(const std::string& path,
                                     const PlaceReadOptions& options,
                                     ReadingProgress* progress);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_READ_PLACES_H_
