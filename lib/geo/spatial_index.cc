#include "lib/geo/spatial_index.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "lib/geo/distance.h"
#include "lib/geo/screen.h"

namespace lagesbild::geo {
namespace {

constexpr double kPi = 180 * kRadiansPerDegree;
// About the radius most asked for.
constexpr double kSmallestCell = 512;
// The coarsest cells are wider than any valid shape reaches.
constexpr int kLevels = 14;

int64_t RowOf(double latitude, double cell_angle) {
  return static_cast<int64_t>(std::floor((latitude + kPi / 2) / cell_angle));
}

int64_t ColumnsIn(int64_t row, double cell_angle) {
  const double middle = (static_cast<double>(row) + 0.5) * cell_angle - kPi / 2;
  const double around = 2 * kPi * std::max(0.0, std::cos(middle));
  return std::max<int64_t>(1, static_cast<int64_t>(around / cell_angle));
}

// Not wrapped: below 0 or at `columns` and above beyond the antimeridian.
int64_t ColumnOf(double longitude, int64_t columns) {
  return static_cast<int64_t>(
      std::floor((longitude + kPi) / (2 * kPi) * static_cast<double>(columns)));
}

int64_t Wrap(int64_t column, int64_t columns) {
  return ((column % columns) + columns) % columns;
}

uint64_t CellKey(int64_t row, int64_t column) {
  return static_cast<uint64_t>(row) << 32 | static_cast<uint64_t>(column);
}

uint64_t CellOf(const LatLng& position, double cell_angle) {
  const int64_t row = RowOf(position.latitude * kRadiansPerDegree, cell_angle);
  const int64_t columns = ColumnsIn(row, cell_angle);
  const int64_t column =
      ColumnOf(position.longitude * kRadiansPerDegree, columns);
  return CellKey(row, Wrap(column, columns));
}

// The cells that a cap around a position can touch.
class CapCells {
 public:
  CapCells(const LatLng& center, double angle, double cell_angle)
      : cell_angle_(cell_angle),
        longitude_(center.longitude * kRadiansPerDegree) {
    const double latitude = center.latitude * kRadiansPerDegree;
    first_row_ = RowOf(std::max(-kPi / 2, latitude - angle), cell_angle);
    last_row_ = RowOf(std::min(kPi / 2, latitude + angle), cell_angle);
    const bool has_pole = std::abs(latitude) + angle >= kPi / 2;
    half_width_ =
        has_pole ? kPi : std::asin(std::sin(angle) / std::cos(latitude));
    half_width_ += kAnglePadding;
  }

  // At most about this many.
  double count() const {
    return (static_cast<double>(last_row_ - first_row_) + 1) *
           (2 * half_width_ / cell_angle_ + 2);
  }

  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (int64_t row = first_row_; row <= last_row_; ++row) {
      const int64_t columns = ColumnsIn(row, cell_angle_);
      const int64_t first = ColumnOf(longitude_ - half_width_, columns);
      const int64_t last = std::min(ColumnOf(longitude_ + half_width_, columns),
                                    first + columns - 1);
      for (int64_t column = first; column <= last; ++column) {
        visit(CellKey(row, Wrap(column, columns)));
      }
    }
  }

 private:
  double cell_angle_;
  double longitude_;
  int64_t first_row_;
  int64_t last_row_;
  double half_width_;
};

}  // namespace

// What is asked, and what can be worked out once for all entries.
struct SpatialIndex::Query {
  const Shape& around;
  Meters radius;
  // A point whose chord is at most this is certainly within; -1 when `around`
  // is not a disc.
  double sure_chord;
  Visitor visit;
};

SpatialIndex::SpatialIndex() : levels_(kLevels) {
  double cell_angle = kSmallestCell / kMinCurvatureRadius;
  for (Level& level : levels_) {
    level.cell_angle = cell_angle;
    cell_angle *= 2;
  }
}

int SpatialIndex::LevelFor(double reach) const {
  int level = 0;
  while (level + 1 < kLevels && levels_[level].cell_angle < AngleOf(reach)) {
    ++level;
  }
  return level;
}

uint32_t SpatialIndex::NewSlot(Slot slot) {
  if (free_slots_.empty()) {
    slots_.push_back(std::move(slot));
    return static_cast<uint32_t>(slots_.size() - 1);
  }
  const uint32_t number = free_slots_.back();
  free_slots_.pop_back();
  slots_[number] = std::move(slot);
  return number;
}

void SpatialIndex::Put(absl::string_view id, Shape shape) {
  Remove(id);
  const int level_number = LevelFor(shape.reach());
  Level& level = levels_[level_number];
  const uint64_t cell = CellOf(shape.middle_position(), level.cell_angle);
  Entry entry = {shape.middle(), shape.reach(), 0};
  entry.slot = NewSlot({std::string(id), std::move(shape), level_number, cell});
  level.max_reach = std::max(level.max_reach, entry.reach);
  level.cells[cell].push_back(entry);
  slot_of_.emplace(std::string(id), entry.slot);
}

bool SpatialIndex::Remove(absl::string_view id) {
  const auto found = slot_of_.find(id);
  if (found == slot_of_.end()) return false;
  const uint32_t number = found->second;
  slot_of_.erase(found);
  RemoveEntry(slots_[number], number);
  slots_[number] = {"", Shape(LatLng{}), 0, 0};
  free_slots_.push_back(number);
  return true;
}

void SpatialIndex::RemoveEntry(const Slot& slot, uint32_t number) {
  auto& cells = levels_[slot.level].cells;
  const auto cell = cells.find(slot.cell);
  auto& entries = cell->second;
  const auto entry =
      std::find_if(entries.begin(), entries.end(),
                   [number](const Entry& e) { return e.slot == number; });
  *entry = entries.back();
  entries.pop_back();
  if (entries.empty()) cells.erase(cell);
}

const Shape* SpatialIndex::Find(absl::string_view id) const {
  const auto found = slot_of_.find(id);
  return found == slot_of_.end() ? nullptr : &slots_[found->second].shape;
}

bool SpatialIndex::Matches(const Entry& entry, const Query& query) const {
  const Vec3 between = entry.middle - query.around.middle();
  const double chord2 = Dot(between, between);
  const double farthest =
      query.radius.value() + query.around.reach() + entry.reach + 2 * kSlack;
  if (chord2 > farthest * farthest) return false;
  if (entry.reach == 0 && query.sure_chord >= 0 &&
      chord2 <= query.sure_chord * query.sure_chord) {
    return true;
  }
  return geo::Within(query.around, slots_[entry.slot].shape, query.radius);
}

void SpatialIndex::SearchCell(const Cell& cell, const Query& query) const {
  for (const Entry& entry : cell) {
    if (!Matches(entry, query)) continue;
    const Slot& slot = slots_[entry.slot];
    query.visit(slot.id, slot.shape);
  }
}

void SpatialIndex::SearchLevel(const Level& level, const Query& query) const {
  if (level.cells.empty()) return;
  const CapCells cells(
      query.around.middle_position(),
      AngleOf(query.radius.value() + query.around.reach() + level.max_reach),
      level.cell_angle);
  if (cells.count() > static_cast<double>(level.cells.size())) {
    for (const auto& [key, cell] : level.cells) SearchCell(cell, query);
    return;
  }
  cells.ForEach([&](uint64_t key) {
    const auto cell = level.cells.find(key);
    if (cell != level.cells.end()) SearchCell(cell->second, query);
  });
}

void SpatialIndex::ForEachWithin(const Shape& around, Meters radius,
                                 Visitor visit) const {
  Query query = {around, radius, -1, visit};
  if (around.is_disc()) {
    // The chord falls short of the arc by less than a³/24ρ² of it.
    const double arc = radius.value() + around.radius();
    const double shortfall =
        arc * arc * arc / (24 * kMinCurvatureRadius * kMinCurvatureRadius);
    query.sure_chord = arc - shortfall - 2 * kSlack;
  }
  for (const Level& level : levels_) SearchLevel(level, query);
}

std::vector<std::string> SpatialIndex::Within(const Shape& around,
                                              Meters radius) const {
  std::vector<std::string> ids;
  ForEachWithin(around, radius, [&ids](const std::string& id, const Shape&) {
    ids.push_back(id);
  });
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace lagesbild::geo
