#ifndef LAGESBILD_LIB_GEO_JOIN_SET_H_
#define LAGESBILD_LIB_GEO_JOIN_SET_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "lib/geo/geometry.h"
#include "lib/geo/latitude_rows.h"
#include "lib/geo/shape.h"

namespace lagesbild::geo {

// One side of a join, private to join.cc. Lengths are in metres.
class JoinSet {
 public:
  // The members whose reach (see Shape::reach) is of about the same size: one
  // large shape would else make all of them be looked for far and wide.
  struct Layer {
    LatitudeRows rows;     // of the middles; its indices are places in the set
    double max_reach = 0;  // 0: plain points
  };

  JoinSet(absl::Span<const LatLng> points, Meters radius);
  JoinSet(absl::Span<const Shape> shapes, Meters radius);

  const std::vector<Layer>& layers() const { return layers_; }
  double reach(uint32_t index) const {
    return reaches_.empty() ? 0 : reaches_[index];
  }

 private:
  std::vector<Layer> layers_;
  std::vector<double> reaches_;  // empty for points
};

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_JOIN_SET_H_
