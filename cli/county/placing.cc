#include "cli/county/placing.h"

#include <GeographicLib/Geodesic.hpp>
#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/county/layout.h"
#include "cli/county/site_plan.h"
#include "lib/base/status.h"
#include "lib/geo/distance.h"

namespace lagesbild::county {
namespace {

using geo::Meters;
using geo::Shape;

constexpr Meters kRadius{500};
// Schools that are nobody's stay farther off than any rounding.
constexpr Meters kClear{530};
constexpr double kNearest = 15;
constexpr double kFarthest = 495;
// A spherical formula gives both as less than 499.5 m in these latitudes.
constexpr double kJustInside = 499.6;
constexpr double kJustOutside = 500.4;
constexpr int kJustInsideSite = 4;    // of the city's sites; it has a school
constexpr int kJustOutsideSite = 24;  // the city's first without one
constexpr int kApproaches = 6;

// School units of each kind in a county.
struct Quota {
  const char* kind;
  const char* code;
  int units;
};
constexpr Quota kPrimary = {"PRIMARY_SCHOOL", "gr", 430};
constexpr Quota kOthers[] = {{"UPPER_SECONDARY", "gy", 170},
                             {"SPECIAL_SCHOOL", "gran", 60},
                             {"OTHER", "vux", 40}};
// Of twenty other units so many share a primary school's building.
constexpr int kSharingOfTwenty = 2;
// The city has so many schools for each one of a smaller municipality.
constexpr int kCityWeight = 12;

// The position at `edge_m` metres from the site's edge, about in the direction
// of `azimuth` from its centre.
geo::LatLng AtEdgeDistance(const Shape& site, double azimuth, double edge_m) {
  double reach = edge_m + site.reach();
  geo::LatLng position;
  for (int i = 0; i < kApproaches; ++i) {
    GeographicLib::Geodesic::WGS84().Direct(
        site.center().latitude, site.center().longitude, azimuth, reach,
        position.latitude, position.longitude);
    reach += edge_m - geo::Distance(site, Shape(position)).value();
  }
  return Rounded(position);
}

class Placer {
 public:
  Placer(const std::string& prefix,
         const std::vector<Municipality>& municipalities, const Frame& frame,
         Random* random, Names* names)
      : prefix_(prefix),
        municipalities_(municipalities),
        frame_(frame),
        random_(random),
        names_(names) {}

  absl::StatusOr<Placed> Run() {
    const auto plan =
        PlanSites(prefix_, municipalities_, frame_, random_, names_);
    for (size_t m = 0; m < plan.size(); ++m) {
      for (size_t i = 0; i < plan[m].size(); ++i) {
        AddSite(plan[m][i].site, m, static_cast<int>(i));
      }
    }
    FillUpPrimarySchools();
    for (const Quota& quota : kOthers) AddOthers(quota);
    LB_RETURN_IF_ERROR(CheckPlan());
    return std::move(placed_);
  }

 private:
  // The site, and the schools that it is to have near it.
  void AddSite(const Site& site, size_t municipality, int index) {
    placed_.sites.push_back(site);
    shapes_.emplace_back(site.geometry);
    site_municipality_.push_back(municipality);
    if (municipality == 0 && index == kJustInsideSite) {
      AddNear(municipality, kJustInside);
    } else if (municipality == 0 && index == kJustOutsideSite) {
      AddNear(municipality, kJustOutside);
    } else if (site.near_school) {
      const int schools = 1 + (random_->Below(5) < 2) + (random_->Below(5) < 1);
      for (int i = 0; i < schools; ++i) {
        AddNear(municipality, random_->Uniform(kNearest, kFarthest));
      }
    }
  }

  void AddNear(size_t municipality, double edge_m) {
    AddUnit(kPrimary, municipalities_[municipality].code,
            AtEdgeDistance(shapes_.back(), random_->Uniform(0, 360), edge_m));
  }

  void AddUnit(const Quota& quota, const std::string& municipality,
               const geo::LatLng& position) {
    Place place{
        .id = absl::StrFormat("U-%s-%04d", prefix_, placed_.places.size() + 1),
        .name = names_->School(),
        .kind = quota.kind,
        .kinds = {quota.code},
        .municipality = municipality,
        .position = position};
    // Most primary schools have a preschool class.
    if (quota.code == std::string("gr") && random_->Below(4) > 0) {
      place.kinds.insert(place.kinds.begin(), "fskl");
    }
    placed_.places.push_back(std::move(place));
  }

  size_t SomeMunicipality() {
    const int others = static_cast<int>(municipalities_.size()) - 1;
    return std::max(0, random_->Below(others + kCityWeight) - kCityWeight + 1);
  }

  geo::LatLng SomewhereIn(size_t municipality) {
    const Middle& m = municipalities_[municipality].middle;
    return frame_.At(
        m.east_m + random_->Peaked(-m.half_width_m, m.half_width_m),
        m.north_m + random_->Peaked(-m.half_height_m, m.half_height_m));
  }

  // Sites keep away from borders, so only the municipality's own matter.
  bool IsClear(size_t municipality, const geo::LatLng& position) const {
    const Shape point(position);
    for (size_t i = 0; i < shapes_.size(); ++i) {
      if (site_municipality_[i] == municipality &&
          geo::Within(shapes_[i], point, kClear)) {
        return false;
      }
    }
    return true;
  }

  void FillUpPrimarySchools() {
    while (static_cast<int>(placed_.places.size()) < kPrimary.units) {
      const size_t municipality = SomeMunicipality();
      const geo::LatLng position = SomewhereIn(municipality);
      if (!IsClear(municipality, position)) continue;
      AddUnit(kPrimary, municipalities_[municipality].code, position);
    }
  }

  void AddOthers(const Quota& quota) {
    for (int i = 0; i < quota.units; ++i) {
      if (random_->Below(20) < kSharingOfTwenty) {
        const Place building = placed_.places[random_->Below(kPrimary.units)];
        AddUnit(quota, building.municipality, building.position);
      } else {
        const size_t municipality = SomeMunicipality();
        AddUnit(quota, municipalities_[municipality].code,
                SomewhereIn(municipality));
      }
    }
  }

  absl::Status CheckPlan() const {
    for (size_t i = 0; i < shapes_.size(); ++i) {
      if (HasSchool(i) == placed_.sites[i].near_school) continue;
      return absl::InternalError(absl::StrCat(
          "site ", placed_.sites[i].id, " is not as near a school as planned"));
    }
    return absl::OkStatus();
  }

  bool HasSchool(size_t site) const {
    const std::string& code = municipalities_[site_municipality_[site]].code;
    for (const Place& place : placed_.places) {
      if (place.kind == kPrimary.kind && place.municipality == code &&
          geo::Within(shapes_[site], Shape(place.position), kRadius)) {
        return true;
      }
    }
    return false;
  }

  const std::string prefix_;
  const std::vector<Municipality>& municipalities_;
  const Frame& frame_;
  Random* const random_;
  Names* const names_;
  Placed placed_;
  std::vector<Shape> shapes_;
  std::vector<size_t> site_municipality_;
};

}  // namespace

absl::StatusOr<Placed> PlaceSitesAndSchools(
    const std::string& prefix, const std::vector<Municipality>& municipalities,
    const Frame& frame, Random* random, Names* names) {
  return Placer(prefix, municipalities, frame, random, names).Run();
}

}  // namespace lagesbild::county
