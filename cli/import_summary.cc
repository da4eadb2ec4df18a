#include "cli/import_summary.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/output.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

// The rows that a kind of doubt lists; of those outside the region nearly all.
constexpr size_t kMaxListed = kMaxNamedRows;
constexpr size_t kMaxListedOutside = 30;
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

std::string RowLine(const RowName& row) {
  return absl::StrCat("\n    row ", row.row, ", ", Printable(row.name), " (",
                      Printable(row.id), ")");
}

std::string FlagLine(const std::string& kind, const pv::PlaceFlag& flag) {
  const std::string more =
      flag.flag() == kind ? "" : absl::StrCat(": ", Printable(flag.flag()));
  return RowLine({flag.row(), flag.external_id(), flag.display_name()}) + more;
}

// "\n    and 3 more"; empty for none.
std::string Rest(size_t all, size_t listed, absl::string_view how) {
  if (listed >= all) return "";
  return absl::StrCat("\n    and ", all - listed, " more", how);
}

// `cut`: the service did not name all flags, and there may be more of the kind.
std::string KindText(const std::string& kind, const Flags& flags, bool cut) {
  // The service's own "and … more" is about no row.
  if (flags.front()->row() == 0) {
    return absl::StrCat("\n  ", Printable(flags.front()->flag()));
  }
  std::string text = absl::StrCat("\n  ", cut ? "at least " : "", flags.size(),
                                  ": ", Printable(kind));
  const size_t listed =
      std::min(flags.size(), IsOutside(kind) ? kMaxListedOutside : kMaxListed);
  for (size_t i = 0; i < listed; ++i) {
    absl::StrAppend(&text, FlagLine(kind, *flags[i]));
  }
  return text +
         Rest(flags.size(), listed, cut ? "" : "; --format json lists all");
}

std::string GroupText(absl::string_view what, const RowGroup& group) {
  std::string text =
      absl::StrCat("\n  ", what, group.count, ": ", Printable(group.reason));
  for (const RowName& row : group.first) text += RowLine(row);
  return text + Rest(group.count, group.first.size(), "");
}

int Count(const std::vector<RowGroup>& groups) {
  int count = 0;
  for (const RowGroup& group : groups) count += group.count;
  return count;
}

// The service's last flag may say how many more there are.
int FlagCount(const pv::ImportPlacesResponse& done) {
  if (done.flags().empty()) return 0;
  const pv::PlaceFlag& last = done.flags(done.flags_size() - 1);
  absl::string_view text = last.flag();
  int more = 0;
  if (last.row() != 0 || !absl::ConsumePrefix(&text, "and ") ||
      !absl::SimpleAtoi(text.substr(0, text.find(' ')), &more)) {
    return done.flags_size();
  }
  return done.flags_size() - 1 + more;
}

nlohmann::json GroupsJson(const std::vector<RowGroup>& groups) {
  nlohmann::json list = nlohmann::json::array();
  for (const RowGroup& group : groups) {
    nlohmann::json rows = nlohmann::json::array();
    for (const RowName& row : group.first) {
      rows.push_back({{"row", row.row},
                      {"external_id", row.id},
                      {"display_name", row.name}});
    }
    list.push_back({{"reason", group.reason},
                    {"count", group.count},
                    {"first", std::move(rows)}});
  }
  return list;
}

}  // namespace

std::string PlacesSummary(const std::string& source, const PlaceFile& file,
                          const pv::ImportPlacesResponse& done) {
  std::string text = absl::StrCat(
      done.read(), " places of ", source, ": ", done.created(), " new, ",
      done.updated(), " changed, ", done.unchanged(), " unchanged, ",
      done.closed(), " closed, ", FlagCount(done) + Count(file.doubts),
      " doubts\n  ", file.rows.size(), " units in ", file.buildings,
      " buildings; ", file.read, " records read, ", Count(file.dropped),
      " dropped");
  for (const RowGroup& group : file.dropped) {
    absl::StrAppend(&text, GroupText("dropped ", group));
  }
  for (const auto& [kind, flags] : ByKind(done)) {
    absl::StrAppend(&text,
                    KindText(kind, flags, FlagCount(done) > done.flags_size()));
  }
  for (const RowGroup& group : file.doubts) {
    absl::StrAppend(&text, GroupText("", group));
  }
  return text;
}

std::string PlaceWarnings(const pv::Place& place) {
  std::string text;
  for (const std::string& flag : place.flags()) {
    absl::StrAppend(&text, "warning: ", Printable(flag), "\n");
  }
  return text;
}

std::string PlacesJson(const PlaceFile& file,
                       const pv::ImportPlacesResponse& done) {
  nlohmann::json json = nlohmann::json::parse(ToJson(done));
  json["file"] = {{"read", file.read},
                  {"units", file.rows.size()},
                  {"buildings", file.buildings},
                  {"dropped", GroupsJson(file.dropped)},
                  {"doubts", GroupsJson(file.doubts)}};
  return json.dump();
}

}  // namespace lagesbild::cli
