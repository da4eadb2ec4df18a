#ifndef LAGESBILD_CLI_IMPORT_SUMMARY_H_
#define LAGESBILD_CLI_IMPORT_SUMMARY_H_

#include <string>

#include "cli/places/place_row.h"
#include "lagesbild/proximity/v1/place.pb.h"

namespace lagesbild::cli {

// What an import of places of `file` from `source` did, for people: the figures
// on one line, units and buildings, what was dropped and why, then the doubts
// by their kind, each with its count and the first rows. Places outside the
// region come first: somebody must look at them.
std::string PlacesSummary(const std::string& source, const PlaceFile& file,
                          const proximity::v1::ImportPlacesResponse& done);

// The same for programs, on one line: the service's answer, and as "file" what
// it does not know of.
std::string PlacesJson(const PlaceFile& file,
                       const proximity::v1::ImportPlacesResponse& done);

// What is doubtful about a place's position, a line each:
// "warning: latitude and longitude look exchanged"; "" for none.
std::string PlaceWarnings(const proximity::v1::Place& place);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_IMPORT_SUMMARY_H_
