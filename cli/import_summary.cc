#include "cli/import_summary.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/output.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

// The rows that a kind of doubt lists; those outside the region all are.
constexpr size_t kMaxListed = 5;
// How the service says that a place lies outside.
constexpr char kOutside[] = "no municipality";

using Flags = std::vector<const pv::PlaceFlag*>;

// Doubts of one kind differ in their figures: "3 units share the position".
std::string KindOf(const std::string& flag) {
  std::string kind;
  for (const char c : flag) {
    const bool digit = absl::ascii_isdigit(c);
    if (!digit) kind.push_back(c);
    if (digit && !absl::EndsWith(kind, "…")) kind += "…";
  }
  return kind;
}

bool IsOutside(const std::string& kind) {
  return absl::StrContains(kind, kOutside);
}

std::vector<std::pair<std::string, Flags>> ByKind(
    const pv::ImportPlacesResponse& done) {
  std::map<std::string, Flags> kinds;
  for (const pv::PlaceFlag& flag : done.flags()) {
    kinds[KindOf(flag.flag())].push_back(&flag);
  }
  std::vector<std::pair<std::string, Flags>> sorted(kinds.begin(), kinds.end());
  const auto rank = [](const auto& kind) {
    return std::make_pair(!IsOutside(kind.first), -kind.second.size());
  };
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return sorted;
}

std::string RowLine(const std::string& kind, const pv::PlaceFlag& flag) {
  const std::string more =
      flag.flag() == kind ? "" : absl::StrCat(": ", Printable(flag.flag()));
  return absl::StrCat("\n    row ", flag.row(), ", ",
                      Printable(flag.display_name()), " (",
                      Printable(flag.external_id()), ")", more);
}

std::string KindText(const std::string& kind, const Flags& flags) {
  // The service's own "and … more" is about no row.
  if (flags.front()->row() == 0) {
    return absl::StrCat("\n  ", Printable(flags.front()->flag()));
  }
  std::string text = absl::StrCat("\n  ", flags.size(), ": ", Printable(kind));
  const size_t listed =
      IsOutside(kind) ? flags.size() : std::min(flags.size(), kMaxListed);
  for (size_t i = 0; i < listed; ++i) {
    absl::StrAppend(&text, RowLine(kind, *flags[i]));
  }
  if (listed < flags.size()) {
    absl::StrAppend(&text, "\n    and ", flags.size() - listed,
                    " more; --format json lists all");
  }
  return text;
}

}  // namespace

std::string PlacesSummary(const std::string& source,
                          const pv::ImportPlacesResponse& done) {
  std::string text = absl::StrCat(
      done.read(), " places of ", source, ": ", done.created(), " new, ",
      done.updated(), " changed, ", done.unchanged(), " unchanged, ",
      done.closed(), " closed, ", done.flags_size(), " doubts");
  for (const auto& [kind, flags] : ByKind(done)) {
    absl::StrAppend(&text, KindText(kind, flags));
  }
  return text;
}

}  // namespace lagesbild::cli
