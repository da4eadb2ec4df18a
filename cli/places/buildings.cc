#include "cli/places/buildings.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "lib/geo/distance.h"
#include "lib/geo/sweref.h"

namespace lagesbild::cli {
namespace {

// The service's limit.
constexpr size_t kMaxGroupBytes = 200;
// No building has more; a file whose positions are all one stays fast.
constexpr size_t kMaxUnitsCompared = 100;

// "4-9", "F-3", "7", "A", "gy": a part of a school, not its name.
bool IsMark(absl::string_view word) {
  constexpr absl::string_view kMarks[] = {
      "enhet",      "skolenhet",   "enh",           "åk",
      "agr",        "gr",          "gran",          "gy",
      "gyan",       "fsk",         "fklass",        "int",
      "grundskola", "gymnasium",   "anpassad",      "gymnasiet",
      "anpassade",  "grundskolan", "grundsärskola", "förskoleklass"};
  if (std::find(std::begin(kMarks), std::end(kMarks), word) !=
      std::end(kMarks)) {
    return true;
  }
  const bool digits = word.find_first_of("0123456789") != word.npos;
  return digits || word.size() == 1;
}

// One is the other, or begins it: "kunskapsgymnasiet stockholm södermalm".
bool OneName(absl::string_view a, absl::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return !a.empty() && absl::StartsWith(b, a) &&
         (a.size() == b.size() || b[a.size()] == ' ');
}

// The units of a file, each in the building of another or its own.
class Buildings {
 public:
  explicit Buildings(const std::vector<PlaceRow>& rows)
      : rows_(rows), parent_(rows.size()), has_neighbour_(rows.size()) {
    std::iota(parent_.begin(), parent_.end(), 0);
    for (const PlaceRow& row : rows) {
      stems_.push_back(NameStem(row.name));
      addresses_.push_back(NormalAddress(row.address));
    }
    for (size_t i = 0; i < rows.size(); ++i) JoinNeighbours(i);
  }

  // Whether others stand on its point.
  bool HasNeighbour(size_t unit) const { return has_neighbour_[unit]; }

  // The unit with the lowest id of its building.
  size_t Find(size_t unit) {
    while (parent_[unit] != unit) {
      parent_[unit] = parent_[parent_[unit]];
      unit = parent_[unit];
    }
    return unit;
  }

 private:
  // Cells of one metre: units on one point are in one, or in neighbours.
  using Cell = std::pair<std::int64_t, std::int64_t>;

  void JoinNeighbours(size_t unit) {
    const geo::Sweref99Tm plane = geo::ToSweref(*rows_[unit].position);
    const Cell at{std::llround(plane.northing), std::llround(plane.easting)};
    for (std::int64_t north = -1; north <= 1; ++north) {
      for (std::int64_t east = -1; east <= 1; ++east) {
        const auto found = cells_.find({at.first + north, at.second + east});
        if (found == cells_.end()) continue;
        for (const size_t other : found->second) JoinIfOne(unit, other);
      }
    }
    std::vector<size_t>& here = cells_[at];
    if (here.size() < kMaxUnitsCompared) here.push_back(unit);
  }

  bool AreOne(size_t a, size_t b) const {
    const std::string& municipality = rows_[a].municipality;
    const std::string& other = rows_[b].municipality;
    // No building lies in two; a head office seems to.
    if (!municipality.empty() && !other.empty() && municipality != other) {
      return false;
    }
    const bool both = !addresses_[a].empty() && !addresses_[b].empty();
    return both ? addresses_[a] == addresses_[b]
                : OneName(stems_[a], stems_[b]);
  }

  void JoinIfOne(size_t a, size_t b) {
    const bool one = AreOne(a, b);
    // What is known already needs no geodesic.
    if (!one && has_neighbour_[a] && has_neighbour_[b]) return;
    if (geo::Distance(*rows_[a].position, *rows_[b].position) > kSamePoint) {
      return;
    }
    has_neighbour_[a] = has_neighbour_[b] = true;
    if (!one) return;
    a = Find(a);
    b = Find(b);
    if (rows_[b].id < rows_[a].id) std::swap(a, b);
    parent_[b] = a;
  }

  const std::vector<PlaceRow>& rows_;
  std::vector<size_t> parent_;
  std::vector<bool> has_neighbour_;
  std::vector<std::string> stems_;
  std::vector<std::string> addresses_;
  absl::flat_hash_map<Cell, std::vector<size_t>> cells_;
};

}  // namespace

std::string NameStem(const std::string& name) {
  const std::string plain = absl::AsciiStrToLower(absl::StrReplaceAll(
      name, {{",", " "}, {".", " "}, {"(", " "}, {")", " "}}));
  std::vector<std::string> words =
      absl::StrSplit(plain, ' ', absl::SkipEmpty());
  while (words.size() > 1 && IsMark(words.back())) words.pop_back();
  for (std::string& word : words) {
    // "Lillskolans".
    if (absl::EndsWith(word, "skolans")) word.pop_back();
  }
  return absl::StrJoin(words, " ");
}

std::string NormalAddress(const std::string& address) {
  const std::string plain = absl::StrReplaceAll(absl::AsciiStrToLower(address),
                                                {{".", " "}, {",", " "}});
  return absl::StrJoin(absl::StrSplit(plain, ' ', absl::SkipEmpty()), " ");
}

int GroupBuildings(const std::string& source, std::vector<PlaceRow>* rows) {
  Buildings buildings(*rows);
  int count = 0;
  for (size_t i = 0; i < rows->size(); ++i) {
    const size_t lowest = buildings.Find(i);
    count += lowest == i;
    std::string& group = (*rows)[i].building_group;
    group.clear();
    // The service takes units without a group on one point for one building.
    if (!buildings.HasNeighbour(i)) continue;
    group = absl::StrCat(source, "/", (*rows)[lowest].id);
    if (group.size() > kMaxGroupBytes) group = (*rows)[lowest].id;
  }
  return count;
}

}  // namespace lagesbild::cli
