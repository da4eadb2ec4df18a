#ifndef LAGESBILD_CLI_COUNTY_MODEL_H_
#define LAGESBILD_CLI_COUNTY_MODEL_H_

#include <string>
#include <vector>

#include "lib/base/civil_date.h"
#include "lib/geo/geometry.h"

namespace lagesbild::county {

// A county's own flat map: metres east and north of a corner, put on the globe
// without care for true lengths (they are off by some per cent at the rim;
// distances that matter are measured on the ellipsoid afterwards). Positions
// are rounded to 1e-7 degrees, as they are written.
class Frame {
 public:
  explicit Frame(const geo::LatLng& corner);
  geo::LatLng At(double east_m, double north_m) const;

 private:
  geo::LatLng corner_;
  double degrees_per_meter_east_;
};

// 1e-7 degrees: about a centimetre.
geo::LatLng Rounded(const geo::LatLng& position);

// The rectangle around a municipality's middle that surely lies inside it, in
// the county's frame.
struct Middle {
  double east_m = 0;
  double north_m = 0;
  double half_width_m = 0;
  double half_height_m = 0;
};

// What becomes of a site in the second year.
enum class Fate { kStays, kCeases, kSplits, kMerges, kIsContested };

struct Site {
  std::string id;
  std::string name;
  std::string municipality;
  std::string police;
  std::string category;
  bool near_transit = false;
  base::Date established_since;
  geo::Geometry geometry;
  // Whether a primary school lies within 500 m.
  bool near_school = false;
  Fate fate = Fate::kStays;
};

struct Place {
  std::string id;
  std::string name;
  std::string kind;
  std::vector<std::string> kinds;
  std::string municipality;
  geo::LatLng position;
};

struct Municipality {
  std::string code;
  std::string name;
  geo::Ring outline;
  Middle middle;
  bool is_city = false;
};

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_MODEL_H_
