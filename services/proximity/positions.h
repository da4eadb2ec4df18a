#ifndef LAGESBILD_SERVICES_PROXIMITY_POSITIONS_H_
#define LAGESBILD_SERVICES_PROXIMITY_POSITIONS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "lib/base/civil_date.h"
#include "lib/geo/area_lookup.h"
#include "lib/geo/measure.h"
#include "services/proximity/proximity.h"

// How far a place's position can be trusted.
namespace lagesbild::proximity {

// The region's municipalities on one day.
class MunicipalityMap {
 public:
  // `municipalities` is any range of Municipality.
  template <typename Range>
  MunicipalityMap(const Range& municipalities, base::Date date) : date_(date) {
    for (const Municipality& m : municipalities) Add(m, date);
  }

  base::Date date() const { return date_; }
  bool empty() const { return areas_.size() == 0; }

  // The code of the municipality that the position lies in, the lowest code on
  // a shared edge; "" when it lies in none.
  std::string Find(const geo::LatLng& position) const;
  // Whether it lies in this one, or on its edge.
  bool LiesIn(const geo::LatLng& position, absl::string_view code) const;

  // Whether latitude and longitude were probably given in each other's place:
  // outside the region as given, inside when swapped. Where no municipality is
  // known, the region is the whole of Sweden.
  bool LooksSwapped(const geo::LatLng& position) const;

 private:
  void Add(const Municipality& municipality, base::Date date);

  const base::Date date_;
  geo::AreaLookup areas_;
  geo::BoundingBox box_;
};

// Whether latitude and longitude were probably given in each other's place, of
// a position anywhere in Sweden: no two such positions are each other's swap.
bool LooksSwapped(const geo::LatLng& position);

// A position to a tenth of a metre: units that share one stand on one point.
using PointKey = std::pair<std::int64_t, std::int64_t>;
PointKey PointOf(const geo::LatLng& position);

// Sets `quality`, `margin`, `outside_region` and `flags` of the place from
// where it is. `units` places stand on its point on the day, itself included. A
// surveyed position is flagged but stays surveyed: it was looked at. Without
// municipalities nothing is said about where it lies, but for latitude and
// longitude that look exchanged.
void JudgePosition(const MunicipalityMap& map, int units, Place* place);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_POSITIONS_H_
