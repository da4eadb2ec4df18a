#ifndef LAGESBILD_LIB_GEO_NEIGHBORHOOD_H_
#define LAGESBILD_LIB_GEO_NEIGHBORHOOD_H_

#include <cstdint>
#include <vector>

#include "lib/geo/latitude_rows.h"
#include "lib/geo/plane_screen.h"

namespace lagesbild::geo {

// What lies near some slots of a row of one set in the rows of another, put
// side by side in memory. Private to join.cc.
class Neighborhood {
 public:
  // Of slots of `row` (a row of `a`), within `angle` of one of them; see
  // CursorsNear.
  Neighborhood(const LatitudeRows& a, const LatitudeRows::Row& row,
               const LatitudeRows& b, double angle);

  // Nothing is near any slot of the row.
  bool always_empty() const { return cursors_.empty(); }

  // Moves eastwards to what is near some column of first … last.
  void MoveTo(int64_t first, int64_t last);
  size_t size() const { return size_; }
  // Of b's rows.
  const uint32_t* indices() const { return indices_.data(); }
  // From a position to each of them; valid until the next call.
  const float* SquaredDistances(const PlaneScreen& screen,
                                const FixedPosition& from);

 private:
  void Append(uint32_t low, uint32_t high);
  void Grow(size_t size);

  const LatitudeRows* b_;
  std::vector<RowCursor> cursors_;
  size_t size_ = 0;
  // Longer than `size_`: they only grow, and screens work by fours.
  std::vector<uint32_t> indices_;
  std::vector<int32_t> latitudes_;
  std::vector<int32_t> longitudes_;
  std::vector<float> squares_;
};

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_NEIGHBORHOOD_H_
