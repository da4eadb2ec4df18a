#include "cli/places/place_row.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace lagesbild::cli {

void AddTo(std::vector<RowGroup>* groups, const PlaceRow& row,
           absl::string_view reason) {
  auto group =
      std::find_if(groups->begin(), groups->end(),
                   [&](const RowGroup& g) { return g.reason == reason; });
  if (group == groups->end()) {
    group = groups->insert(groups->end(), RowGroup{std::string(reason), 0, {}});
  }
  ++group->count;
  if (group->first.size() < kMaxNamedRows) {
    group->first.push_back({row.row, row.id, row.name});
  }
}

absl::Status CheckHoldsPlaces(const PlaceFile& file) {
  if (!file.rows.empty()) return absl::OkStatus();
  std::string text =
      absl::StrCat("no place to import: ", file.read, " records read");
  for (const RowGroup& group : file.dropped) {
    absl::StrAppend(&text, "; dropped ", group.count, ": ", group.reason);
  }
  return absl::InvalidArgumentError(text);
}

}  // namespace lagesbild::cli
