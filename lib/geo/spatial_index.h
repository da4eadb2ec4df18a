#ifndef LAGESBILD_LIB_GEO_SPATIAL_INDEX_H_
#define LAGESBILD_LIB_GEO_SPATIAL_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "lib/geo/shape.h"

namespace lagesbild::geo {

// Shapes by id, for "everything within a radius of this": points near a
// polygon, polygons near a point, anything near anything. Answers are exactly
// those of Within() against every shape. A few microseconds a question near
// home, whatever the number of shapes elsewhere.
//
// Const methods may run at the same time; a change needs the index to itself.
class SpatialIndex {
 public:
  SpatialIndex();

  // Puts the shape under `id`, in place of what was there.
  void Put(absl::string_view id, Shape shape);
  // False when there was none.
  bool Remove(absl::string_view id);
  // Null when there is none; valid until the next change.
  const Shape* Find(absl::string_view id) const;
  size_t size() const { return slot_of_.size(); }

  using Visitor =
      absl::FunctionRef<void(const std::string& id, const Shape& shape)>;
  // Calls `visit` once for each shape within `radius` of `around`, in no order.
  void ForEachWithin(const Shape& around, Meters radius, Visitor visit) const;

  // The ids of these, sorted.
  std::vector<std::string> Within(const Shape& around, Meters radius) const;

 private:
  // A shape's ball, kept in the cell so that most are dismissed without a jump
  // to the shape.
  struct Entry {
    Vec3 middle;
    double reach;
    uint32_t slot;
  };
  using Cell = std::vector<Entry>;

  // Rows of latitude, each cut into columns of about the same width. A shape
  // lies in one cell, by its middle, at the first level whose cells are not
  // smaller than its reach.
  struct Level {
    double cell_angle = 0;
    double max_reach = 0;  // of all it ever held
    absl::flat_hash_map<uint64_t, Cell> cells;
  };
  struct Slot {
    std::string id;
    Shape shape;
    int level;
    uint64_t cell;
  };
  struct Query;

  int LevelFor(double reach) const;
  uint32_t NewSlot(Slot slot);
  void RemoveEntry(const Slot& slot, uint32_t number);
  void SearchLevel(const Level& level, const Query& query) const;
  void SearchCell(const Cell& cell, const Query& query) const;
  bool Matches(const Entry& entry, const Query& query) const;

  std::vector<Level> levels_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  absl::flat_hash_map<std::string, uint32_t> slot_of_;
};

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_SPATIAL_INDEX_H_
