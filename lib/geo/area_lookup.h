#ifndef LAGESBILD_LIB_GEO_AREA_LOOKUP_H_
#define LAGESBILD_LIB_GEO_AREA_LOOKUP_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "lib/geo/shape.h"
#include "lib/geo/spatial_index.h"

class S2Polygon;

namespace lagesbild::geo {

// An area and how much of a geometry lies in it: 0 … 1, to a millionth.
struct AreaShare {
  std::string code;
  double share = 0;

  friend bool operator==(const AreaShare&, const AreaShare&) = default;
};

// Which of many areas (municipalities, districts, police areas) a geometry lies
// in. Areas may overlap or leave gaps, as real ones do. Const methods may run
// at the same time; Put needs the lookup to itself.
class AreaLookup {
 public:
  AreaLookup();
  ~AreaLookup();
  AreaLookup(AreaLookup&&) noexcept;
  AreaLookup& operator=(AreaLookup&&) noexcept;

  // Puts a valid geometry under `code`, in place of what was there.
  void Put(absl::string_view code, const Geometry& geometry);
  size_t size() const { return index_.size(); }

  // The areas the geometry intersects, the largest share first, ties by lowest
  // code: the first is the main one. None: the geometry lies outside. The
  // shares need not add up to 1. An area that holds less than half a millionth
  // of the geometry is left out, unless it is all there is. A point lies in an
  // area wholly or not at all, and in both areas of a shared edge.
  std::vector<AreaShare> Find(const Shape& shape) const;

 private:
  double ShareIn(const std::string& code, const Shape& area,
                 const S2Polygon* outline) const;

  SpatialIndex index_;
  absl::flat_hash_map<std::string, std::unique_ptr<S2Polygon>> outlines_;
};

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_AREA_LOOKUP_H_
