#ifndef LAGESBILD_CLI_PLACE_ROWS_H_
#define LAGESBILD_CLI_PLACE_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/feature_rows.h"
#include "lagesbild/proximity/v1/proximity.pb.h"

// What the rows of a file of places are, in the suite's terms.
namespace lagesbild::cli {

// A register that extracts are published of.
struct Register {
  std::string source;    // "school-register": part of its places' identity
  std::string property;  // that tells its extracts
};

// The register that the file is an extract of, told by a property that every
// row has; nullopt for any other file. Two registers must not pass for one: a
// place that the new file lacks would be closed.
std::optional<Register> RegisterOf(const std::vector<FeatureRow>& rows);

// The kinds of a row, from register codes ("gr", "gy", "fsk") or names
// ("PRIMARY_SCHOOL"); what is no kind is left out. Empty for a row that says
// none.
std::vector<proximity::v1::PlaceKind> PlaceKinds(const FeatureRow& row);

// INVALID_ARGUMENT naming each kind that is none, with the first row and field
// that has it: a misspelt school form would take a school out of the picture.
absl::Status CheckPlaceKinds(const std::vector<FeatureRow>& rows);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACE_ROWS_H_
