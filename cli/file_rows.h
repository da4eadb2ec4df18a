#ifndef LAGESBILD_CLI_FILE_ROWS_H_
#define LAGESBILD_CLI_FILE_ROWS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "lagesbild/proximity/v1/place.pb.h"

// A service counts the rows that it was sent, people those of their file: the
// two differ where only some rows were picked. These turn the one into the
// other.
namespace lagesbild::cli {

// Where the file has each row that was sent.
class FileRows {
 public:
  struct Row {
    int row = 0;
    std::string at;  // "features[2]", "line 4"
  };
  // `rows` are FeatureRows or PlaceRows, in the order in which they are sent.
  template <typename SentRow>
  explicit FileRows(const std::vector<SentRow>& rows) {
    rows_.reserve(rows.size());
    for (const SentRow& row : rows) rows_.push_back({row.row, row.at});
  }
  // The `number`th, from 1; nullptr for a row that was never sent.
  const Row* Find(int number) const {
    if (number < 1 || number > static_cast<int>(rows_.size())) return nullptr;
    return &rows_[number - 1];
  }

 private:
  std::vector<Row> rows_;
};

// The error of an import of `rows`, with "rows[2].site.geometry" (or places,
// areas; from 1) as "features[6].geometry" and "row 7: …".
absl::Status InFileRows(const FileRows& rows, const absl::Status& status);

// As above for the rows of a summary's flags.
void ToFileRows(const FileRows& rows,
                proximity::v1::ImportPlacesResponse* summary);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_FILE_ROWS_H_
