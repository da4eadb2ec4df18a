#ifndef LAGESBILD_BENCH_TOWNS_H_
#define LAGESBILD_BENCH_TOWNS_H_

#include <cstdint>
#include <vector>

#include "lib/geo/geometry.h"

namespace lagesbild::bench {

// An invented country between 55.5 and 66 degrees north whose points crowd in
// towns, many small and few large ones. In the middle of each there are the
// same number of points to a square kilometre: a larger country has more and
// larger towns, not denser ones, so a point has as many near it.
class Towns {
 public:
  // Of a size for `points` points; the same seed gives the same country.
  Towns(std::uint64_t seed, int points);

  // `layer` tells different sets of points in the same towns apart.
  std::vector<geo::LatLng> Points(int layer, int count) const;
  // Around such points, of 20 to 200 vertices and reaching 50 to 500 m.
  std::vector<geo::Geometry> Polygons(int layer, int count) const;

 private:
  struct Town {
    geo::LatLng center;
    double spread_m;  // standard deviation, each way
    double size;      // points in it and in all before it
  };

  std::uint64_t seed_;
  std::vector<Town> towns_;
};

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_TOWNS_H_
