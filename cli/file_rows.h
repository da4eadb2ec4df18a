#ifndef LAGESBILD_CLI_FILE_ROWS_H_
#define LAGESBILD_CLI_FILE_ROWS_H_

#include <vector>

#include "absl/status/status.h"
#include "cli/feature_rows.h"
#include "lagesbild/proximity/v1/proximity.pb.h"

// A service counts the rows that it was sent, people those of their file: the
// two differ where only some features were picked. These turn the one into the
// other.
namespace lagesbild::cli {

// The error of an import of `rows`, with "rows[2].site.geometry" (or places,
// areas; from 1) as "features[6].geometry" and "row 7: …".
absl::Status InFileRows(const std::vector<FeatureRow>& rows,
                        const absl::Status& status);

// As above for the rows of a summary's flags.
void ToFileRows(const std::vector<FeatureRow>& rows,
                proximity::v1::ImportPlacesResponse* summary);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_FILE_ROWS_H_
