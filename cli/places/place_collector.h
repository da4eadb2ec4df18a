#ifndef LAGESBILD_CLI_PLACES_PLACE_COLLECTOR_H_
#define LAGESBILD_CLI_PLACES_PLACE_COLLECTOR_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/places/place_kinds.h"
#include "cli/places/place_row.h"
#include "lib/input/faults.h"

namespace lagesbild::cli {

// What becomes of a row whose id another row had already.
enum class OnRepeat { kError, kFirst, kLast };

// "error", "first" or "last"; INVALID_ARGUMENT for anything else.
absl::StatusOr<OnRepeat> ParseOnRepeat(absl::string_view text);

// Gathers the places of a file, whatever its format: each record is taken,
// dropped for a reason, or at fault. Not thread-safe.
class PlaceCollector {
 public:
  explicit PlaceCollector(OnRepeat on_repeat, KindForms forms = {})
      : on_repeat_(on_repeat), kinds_(std::move(forms)) {}

  // Call it once for each record that is read.
  void CountRecord() { ++read_; }

  // `row.id` is not empty. A name that is longer than the service takes is cut,
  // with a doubt.
  void Take(PlaceRow row);
  // The record is left out, which is not the file's fault.
  void Drop(const PlaceRow& row, absl::string_view reason);
  // The row is taken all the same.
  void Doubt(const PlaceRow& row, absl::string_view reason);
  // "line 4.lat: row 3: is no number". `at` and `field` may be empty.
  void Fault(int row, absl::string_view at, absl::string_view field,
             absl::string_view description);

  KindReader& kinds() { return kinds_; }
  input::Faults& faults() { return faults_; }

  // What was gathered, or every fault in one INVALID_ARGUMENT.
  absl::StatusOr<PlaceFile> Finish();

 private:
  void TakeRepeated(PlaceRow row, size_t first);
  void FitName(PlaceRow* row);

  const OnRepeat on_repeat_;
  int read_ = 0;
  int repeats_ = 0;
  std::vector<PlaceRow> rows_;
  absl::flat_hash_map<std::string, size_t> index_;  // of an id in `rows_`
  std::vector<RowGroup> dropped_;
  std::vector<RowGroup> doubts_;
  KindReader kinds_;
  input::Faults faults_;
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_PLACE_COLLECTOR_H_
