#include "lib/geo/area_lookup.h"

#include <s2/s2builderutil_snap_functions.h>
#include <s2/s2loop.h>
#include <s2/s2polygon.h>

#include <GeographicLib/Geodesic.hpp>
#include <algorithm>
#include <cmath>
#include <utility>

#include "lib/geo/distance.h"
#include "lib/geo/s2_convert.h"

namespace lagesbild::geo {
namespace {

// Shares hold to about this much, and are rounded to it.
constexpr double kShareUnit = 1e-6;
// A disc as a polygon of so many corners lacks 0.01 % of its area.
constexpr int kDiscCorners = 256;

Ring DiscRing(const Disc& disc) {
  Ring ring;
  for (int i = 0; i < kDiscCorners; ++i) {
    LatLng corner;
    GeographicLib::Geodesic::WGS84().Direct(
        disc.center.latitude, disc.center.longitude, 360.0 * i / kDiscCorners,
        disc.radius.value(), corner.latitude, corner.longitude);
    ring.push_back(corner);
  }
  ring.push_back(ring.front());
  return ring;
}

std::unique_ptr<S2Polygon> Outline(const MultiPolygon& multi) {
  std::vector<std::unique_ptr<S2Loop>> loops;
  const auto add = [&loops](const Ring& ring) {
    loops.push_back(
        std::make_unique<S2Loop>(ToS2Loop(ring, false), S2Debug::DISABLE));
  };
  for (const Polygon& polygon : multi.polygons) {
    add(polygon.outer);
    for (const Ring& hole : polygon.holes) add(hole);
  }
  auto outline = std::make_unique<S2Polygon>();
  outline->set_s2debug_override(S2Debug::DISABLE);
  outline->InitNested(std::move(loops));
  return outline;
}

std::unique_ptr<S2Polygon> Outline(const Geometry& geometry) {
  if (const auto* disc = std::get_if<Disc>(&geometry)) {
    return Outline(
        MultiPolygon{.polygons = {{.outer = DiscRing(*disc), .holes = {}}}});
  }
  return Outline(std::get<MultiPolygon>(geometry));
}

double Rounded(double share) {
  return std::clamp(std::round(share / kShareUnit) * kShareUnit, 0.0, 1.0);
}

bool BySize(const AreaShare& a, const AreaShare& b) {
  if (a.share != b.share) return a.share > b.share;
  return a.code < b.code;
}

}  // namespace

AreaLookup::AreaLookup() = default;
AreaLookup::~AreaLookup() = default;
AreaLookup::AreaLookup(AreaLookup&&) noexcept = default;
AreaLookup& AreaLookup::operator=(AreaLookup&&) noexcept = default;

void AreaLookup::Put(absl::string_view code, const Geometry& geometry) {
  const Shape shape(geometry);
  outlines_[std::string(code)] = shape.is_point() ? nullptr : Outline(geometry);
  index_.Put(code, shape);
}

double AreaLookup::ShareIn(const std::string& code, const Shape& area,
                           const S2Polygon* outline) const {
  if (outline == nullptr) return 1;
  if (area.is_point()) return 0;
  S2Polygon common;
  common.set_s2debug_override(S2Debug::DISABLE);
  common.InitToIntersection(
      *outlines_.at(code), *outline,
      s2builderutil::IdentitySnapFunction(S1Angle::Zero()));
  return Rounded(common.GetArea() / outline->GetArea());
}

std::vector<AreaShare> AreaLookup::Find(const Shape& shape) const {
  const auto outline = shape.is_point() ? nullptr : Outline(shape.geometry());
  std::vector<AreaShare> shares;
  index_.ForEachWithin(
      shape, Meters(0), [&](const std::string& code, const Shape& area) {
        shares.push_back({code, ShareIn(code, area, outline.get())});
      });
  std::sort(shares.begin(), shares.end(), BySize);
  while (shares.size() > 1 && shares.back().share == 0) shares.pop_back();
  return shares;
}

}  // namespace lagesbild::geo
