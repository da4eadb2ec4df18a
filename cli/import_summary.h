#ifndef LAGESBILD_CLI_IMPORT_SUMMARY_H_
#define LAGESBILD_CLI_IMPORT_SUMMARY_H_

#include <string>

#include "lagesbild/proximity/v1/proximity.pb.h"

namespace lagesbild::cli {

// What an import of places from `source` did, for people: the figures on one
// line, then the doubts by their kind, each with its count and the first rows.
// Places outside the region come first: somebody must look at them.
std::string PlacesSummary(const std::string& source,
                          const proximity::v1::ImportPlacesResponse& done);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_IMPORT_SUMMARY_H_
