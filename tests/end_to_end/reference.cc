#include "tests/end_to_end/reference.h"

#include <GeographicLib/AzimuthalEquidistant.hpp>
#include <GeographicLib/Geodesic.hpp>
#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/end_to_end/child.h"

namespace lagesbild::end_to_end {
namespace {

using Json = nlohmann::json;

// Nothing farther away than this many degrees of latitude can be near: some
// 2 km.
constexpr double kNearDegrees = 0.02;

struct Plane {
  double x = 0;
  double y = 0;
};

bool Has(const Json& property, const std::string& value) {
  if (!property.is_array()) return property == value;
  return std::find(property.begin(), property.end(), value) != property.end();
}

Position PositionOf(const Json& coordinates) {
  return {coordinates.at(0), coordinates.at(1)};
}

void AddRings(const Json& polygon, Rings* rings) {
  for (const Json& ring : polygon) {
    rings->emplace_back();
    for (const Json& corner : ring) {
      rings->back().push_back(PositionOf(corner));
    }
  }
}

ReferenceFeature FeatureOf(const Json& feature, const std::string& id) {
  ReferenceFeature read;
  read.id = feature["properties"][id];
  const Json& geometry = feature["geometry"];
  const Json& coordinates = geometry["coordinates"];
  if (geometry["type"] == "Point") read.position = PositionOf(coordinates);
  if (geometry["type"] == "Polygon") AddRings(coordinates, &read.rings);
  if (geometry["type"] == "MultiPolygon") {
    for (const Json& polygon : coordinates) AddRings(polygon, &read.rings);
  }
  return read;
}

// On a map around the origin that keeps distances from there; an edge near it
// differs from the geodesic by less than a millimetre.
double ToOrigin(const Plane& a, const Plane& b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length2 = dx * dx + dy * dy;
  const double t =
      length2 == 0 ? 0 : std::clamp(-(a.x * dx + a.y * dy) / length2, 0.0, 1.0);
  return std::hypot(a.x + t * dx, a.y + t * dy);
}

// Whether the edge crosses the ray from the origin along x.
bool CrossesRay(const Plane& a, const Plane& b) {
  if ((a.y > 0) == (b.y > 0)) return false;
  return a.x - a.y * (b.x - a.x) / (b.y - a.y) > 0;
}

double EdgeDistance(const Position& from, const Rings& rings) {
  static const GeographicLib::AzimuthalEquidistant map;
  double nearest = std::numeric_limits<double>::infinity();
  bool inside = false;
  for (const auto& ring : rings) {
    std::vector<Plane> corners(ring.size());
    for (std::size_t i = 0; i < ring.size(); ++i) {
      map.Forward(from.lat, from.lon, ring[i].lat, ring[i].lon, corners[i].x,
                  corners[i].y);
    }
    for (std::size_t i = 0; i + 1 < corners.size(); ++i) {
      nearest = std::min(nearest, ToOrigin(corners[i], corners[i + 1]));
      if (CrossesRay(corners[i], corners[i + 1])) inside = !inside;
    }
  }
  return inside ? 0 : nearest;
}

double PointDistance(const Position& a, const Position& b) {
  double meters = std::numeric_limits<double>::infinity();
  if (std::abs(a.lat - b.lat) > kNearDegrees) return meters;
  GeographicLib::Geodesic::WGS84().Inverse(a.lat, a.lon, b.lat, b.lon, meters);
  return meters;
}

}  // namespace

std::vector<ReferenceFeature> ReadFeatures(const std::string& path,
                                           const std::string& id,
                                           const std::string& where,
                                           const std::string& value) {
  const Json file = Json::parse(ReadText(path));
  std::vector<ReferenceFeature> features;
  for (const Json& feature : file["features"]) {
    if (!where.empty() && !Has(feature["properties"][where], value)) continue;
    features.push_back(FeatureOf(feature, id));
  }
  return features;
}

Distances PairsWithin(double meters,
                      const std::vector<ReferenceFeature>& features,
                      const std::vector<ReferenceFeature>& schools) {
  Distances pairs;
  for (const ReferenceFeature& feature : features) {
    for (const ReferenceFeature& school : schools) {
      const double apart =
          feature.rings.empty()
              ? PointDistance(feature.position, school.position)
              : EdgeDistance(school.position, feature.rings);
      if (apart <= meters) pairs[{feature.id, school.id}] = apart;
    }
  }
  return pairs;
}

}  // namespace lagesbild::end_to_end
