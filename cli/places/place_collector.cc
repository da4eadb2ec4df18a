#include "cli/places/place_collector.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/text.h"
#include "lib/api/utf8.h"

namespace lagesbild::cli {
namespace {

// Apart from where in the file they stand.
bool SaySame(const PlaceRow& a, const PlaceRow& b) {
  return a.name == b.name && a.kinds == b.kinds && a.position == b.position &&
         a.municipality == b.municipality && a.valid_from == b.valid_from &&
         a.valid_to == b.valid_to;
}

// The beginning of a text of more code points than a name may have; nullopt for
// a shorter one.
std::optional<std::string> CutName(absl::string_view name) {
  constexpr int kKept = api::kDisplayName.max_characters - 1;
  absl::string_view rest = name;
  size_t kept = 0;
  for (int count = 0; !rest.empty(); ++count) {
    if (count == kKept + 1) {
      return absl::StrCat(name.substr(0, kept), "…");
    }
    if (count == kKept) kept = name.size() - rest.size();
    api::TakeCodePoint(&rest);
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<OnRepeat> ParseOnRepeat(absl::string_view text) {
  if (text == "error") return OnRepeat::kError;
  if (text == "first") return OnRepeat::kFirst;
  if (text == "last") return OnRepeat::kLast;
  return absl::InvalidArgumentError(
      absl::StrCat("--on-repeat takes error, first or last, not '", text, "'"));
}

void PlaceCollector::Take(PlaceRow row) {
  const auto [found, is_new] = index_.try_emplace(row.id, rows_.size());
  if (!is_new) return TakeRepeated(std::move(row), found->second);
  rows_.push_back(std::move(row));
  FitName(&rows_.back());
}

void PlaceCollector::FitName(PlaceRow* row) {
  auto cut = CutName(row->name);
  if (!cut) return;
  row->name = *std::move(cut);
  Doubt(*row, absl::StrCat("the name was longer than ",
                           api::kDisplayName.max_characters,
                           " characters, and was cut"));
}

void PlaceCollector::TakeRepeated(PlaceRow row, size_t first) {
  if (on_repeat_ == OnRepeat::kFirst) {
    return Drop(row, "the id came before, the first was taken");
  }
  if (on_repeat_ == OnRepeat::kLast) {
    Drop(rows_[first], "the id comes again, the last was taken");
    rows_[first] = std::move(row);
    return FitName(&rows_[first]);
  }
  // Said once: it would be the longer part of each line.
  const char* hint = repeats_++ == 0 ? "; --on-repeat first or last takes one "
                                       "of them, --map id=PROPERTY another id"
                                     : "";
  Fault(row.row, row.at, "",
        absl::StrCat("id '", row.id, "' stands in row ", rows_[first].row,
                     " already, which says ",
                     SaySame(row, rows_[first]) ? "the same" : "something else",
                     hint));
}

void PlaceCollector::Drop(const PlaceRow& row, absl::string_view reason) {
  AddTo(&dropped_, row, reason);
}

void PlaceCollector::Doubt(const PlaceRow& row, absl::string_view reason) {
  AddTo(&doubts_, row, reason);
}

void PlaceCollector::Fault(int row, absl::string_view at,
                           absl::string_view field,
                           absl::string_view description) {
  const absl::string_view dot = at.empty() || field.empty() ? "" : ".";
  faults_.Add(absl::StrCat(at, dot, field),
              absl::StrCat("row ", row, ": ", description));
}

absl::StatusOr<PlaceFile> PlaceCollector::Finish() {
  kinds_.Report(&faults_);
  if (const absl::Status s = faults_.ToStatus(); !s.ok()) return s;
  PlaceFile file;
  file.rows = std::move(rows_);
  file.read = read_;
  file.dropped = std::move(dropped_);
  file.doubts = std::move(doubts_);
  return file;
}

}  // namespace lagesbild::cli
