// Polygon sites: the 26 police areas of region Stockholm stand in for sites.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <variant>

#include "gtest/gtest.h"
#include "lib/geo/geojson.h"
#include "lib/geo/measure.h"
#include "lib/geo/sweref.h"
#include "tests/end_to_end/deployment.h"

namespace lagesbild::end_to_end {
namespace {

using Json = nlohmann::json;

constexpr char kPoliceFile[] = "utsatta_omraden_2023_sweden.geojson";
constexpr char kSchoolsFile[] = "schools_stockholm_county.geojson";
constexpr double kToleranceMeters = 0.1;
// What a plane map can be off by at the radius.
constexpr double kScreenMeters = 501;

// Flat geometry on the map EPSG:3006: nothing of the suite's own distances.
double SegmentDistance(const geo::Sweref99Tm& p, const geo::Sweref99Tm& a,
                       const geo::Sweref99Tm& b) {
  const double dx = b.easting - a.easting;
  const double dy = b.northing - a.northing;
  const double length2 = dx * dx + dy * dy;
  const double t = length2 == 0 ? 0
                                : std::clamp(((p.easting - a.easting) * dx +
                                              (p.northing - a.northing) * dy) /
                                                 length2,
                                             0.0, 1.0);
  return std::hypot(p.easting - a.easting - t * dx,
                    p.northing - a.northing - t * dy);
}

bool Crosses(const geo::Sweref99Tm& p, const geo::Sweref99Tm& a,
             const geo::Sweref99Tm& b) {
  if ((a.northing > p.northing) == (b.northing > p.northing)) return false;
  const double at = (p.northing - a.northing) / (b.northing - a.northing);
  return p.easting < a.easting + at * (b.easting - a.easting);
}

// Metres from the edge, 0 inside.
double PlaneDistance(const geo::LatLng& point, const geo::MultiPolygon& area) {
  const geo::Sweref99Tm p = geo::ToSweref(point);
  double nearest = 1e9;
  bool inside = false;
  const auto walk = [&](const geo::Ring& ring) {
    for (size_t i = 0; i + 1 < ring.size(); ++i) {
      const geo::Sweref99Tm a = geo::ToSweref(ring[i]);
      const geo::Sweref99Tm b = geo::ToSweref(ring[i + 1]);
      nearest = std::min(nearest, SegmentDistance(p, a, b));
      if (Crosses(p, a, b)) inside = !inside;
    }
  };
  for (const geo::Polygon& polygon : area.polygons) {
    walk(polygon.outer);
    for (const geo::Ring& hole : polygon.holes) walk(hole);
  }
  return inside ? 0 : nearest;
}

using Distances = std::map<std::pair<std::string, std::string>, double>;

// By the area's name and the school unit's code.
Distances IndependentDistances() {
  const auto areas =
      geo::ParseFeatureCollection(ReadText(RealData(kPoliceFile)));
  const auto schools =
      geo::ParseFeatureCollection(ReadText(RealData(kSchoolsFile)));
  Distances distances;
  for (const geo::Feature& area : *areas) {
    if (area.properties["region"] != "Stockholm") continue;
    for (const geo::Feature& school : *schools) {
      const Json& forms = school.properties["skolformer"];
      if (std::find(forms.begin(), forms.end(), "gr") == forms.end()) continue;
      const double meters =
          PlaneDistance(geo::CenterOf(school.geometry),
                        std::get<geo::MultiPolygon>(area.geometry));
      if (meters > kScreenMeters) continue;
      distances[{area.properties["namn"], school.properties["skolenhetskod"]}] =
          meters;
    }
  }
  return distances;
}

// A polygon measured from its middle, or by the wrong edge, moves schools in
// and out of the 500 m.
TEST(PoliceAreasTest, EdgeDistancesAgreeWithAnIndependentComputation) {
  if (RealData(kPoliceFile).empty()) {
    GTEST_SKIP() << "the real data is not at ../shared/data";
  }
  const auto suite = OneProcess();
  suite->Start();
  suite->Json(kOffice, {"import", "areas",
                        RealData("kommuner_stockholm_county.geojson")});
  suite->Json(kOffice, {"import", "places", RealData(kSchoolsFile)});
  const auto imported =
      suite->Json(kOffice, {"import", "sites", RealData(kPoliceFile), "--map",
                            "id=namn", "--where", "region=Stockholm",
                            "--assess", "open", "--allow-duplicates"});
  EXPECT_EQ(imported.front()["created"], 26);

  std::map<std::string, std::string> names;
  for (const Json& site : suite->Json(kOffice, {"sites"})) {
    names[site["name"]] = site["display_name"];
  }
  const Distances expected = IndependentDistances();
  std::set<std::string> areas;
  std::set<std::string> inside;
  int pairs = 0;
  int pairs_inside = 0;
  for (const Json& exposure : suite->Json(kOffice, {"exposures"})) {
    const std::string area = names.at(exposure["site"]);
    const std::string place = exposure["place"];
    const auto found = expected.find({area, place.substr(place.size() - 8)});
    ASSERT_NE(found, expected.end()) << area << " " << place;
    const double meters = exposure["distance_m"];
    EXPECT_NEAR(meters, found->second, kToleranceMeters) << area << place;
    ++pairs;
    areas.insert(area);
    if (meters > 0) continue;
    ++pairs_inside;
    inside.insert(area);
  }
  EXPECT_EQ(pairs, 64);
  EXPECT_EQ(areas.size(), 23u);
  EXPECT_EQ(pairs_inside, 38);
  EXPECT_EQ(inside.size(), 18u);
}

}  // namespace
}  // namespace lagesbild::end_to_end
