#include "services/registry/placement.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "lib/geo/measure.h"
#include "lib/geo/validity.h"

namespace lagesbild::registry {
namespace {

// Squares of about 1.1 km in the middle of Sweden.
constexpr double kCellLatitude = 0.01;
constexpr double kCellLongitude = 0.02;
// A degree of latitude is nowhere shorter.
constexpr double kMinMetersPerDegree = 110'000;

geo::LatLng SwapPosition(const geo::LatLng& p) {
  return {.latitude = p.longitude, .longitude = p.latitude};
}

void SwapRing(geo::Ring* ring) {
  for (geo::LatLng& p : *ring) p = SwapPosition(p);
}

std::vector<std::string> SortedCodes(const std::vector<geo::AreaShare>& found) {
  std::vector<std::string> codes;
  codes.reserve(found.size());
  for (const geo::AreaShare& share : found) codes.push_back(share.code);
  std::sort(codes.begin(), codes.end());
  return codes;
}

// Indices of the first and last cell along one axis.
std::pair<int, int> CellRange(double low, double high, double margin,
                              double cell) {
  return {static_cast<int>(std::floor((low - margin) / cell)),
          static_cast<int>(std::floor((high + margin) / cell))};
}

}  // namespace

AreaSet::AreaSet(const std::vector<std::shared_ptr<const Area>>& areas,
                 base::Date date) {
  for (const auto& area : areas) {
    if (!area->HoldsOn(date)) continue;
    geo::AreaLookup& lookup =
        area->kind == AreaKind::kMunicipality ? municipalities_
        : area->kind == AreaKind::kDistrict   ? districts_
                                              : police_areas_;
    lookup.Put(area->code, area->geometry);
  }
}

std::optional<Placement> AreaSet::Place(const geo::Shape& shape) const {
  const std::vector<geo::AreaShare> found = municipalities_.Find(shape);
  if (found.empty()) return std::nullopt;
  return Placement{
      .area = geo::AreaOf(shape.geometry()),
      .municipality = found.front().code,
      .municipalities = SortedCodes(found),
      .districts = SortedCodes(districts_.Find(shape)),
      .police_areas = SortedCodes(police_areas_.Find(shape)),
  };
}

bool AreaSet::HoldsSwapped(const geo::Geometry& geometry) const {
  const geo::Geometry swapped = Swapped(geometry);
  return !geo::FindFault(swapped) &&
         !municipalities_.Find(geo::Shape(swapped)).empty();
}

Placed PlaceIn(std::shared_ptr<const AreaSet> areas, const geo::Shape& shape) {
  Placed placed{std::move(areas), {}, false};
  placed.placement = placed.areas->Place(shape);
  placed.swapped =
      !placed.placement && placed.areas->HoldsSwapped(shape.geometry());
  return placed;
}

geo::Geometry Swapped(const geo::Geometry& geometry) {
  if (const auto* disc = std::get_if<geo::Disc>(&geometry)) {
    return geo::Disc{SwapPosition(disc->center), disc->radius};
  }
  geo::MultiPolygon swapped = std::get<geo::MultiPolygon>(geometry);
  for (geo::Polygon& polygon : swapped.polygons) {
    SwapRing(&polygon.outer);
    for (geo::Ring& hole : polygon.holes) SwapRing(&hole);
  }
  return swapped;
}

std::vector<std::string> CellsNear(const geo::Geometry& geometry,
                                   geo::Meters margin) {
  const geo::BoundingBox box = geo::BoundingBoxOf(geometry);
  const double degrees = margin.value() / kMinMetersPerDegree;
  const double widest = std::max(std::abs(box.south), std::abs(box.north));
  // Near a pole all longitudes meet; no region lies there.
  const double shrink = std::max(std::cos(widest * M_PI / 180), 0.01);
  const auto [south, north] =
      CellRange(box.south, box.north, degrees, kCellLatitude);
  const auto [west, east] =
      CellRange(box.west, box.east, degrees / shrink, kCellLongitude);
  std::vector<std::string> cells;
  if (std::int64_t{north - south + 1} * (east - west + 1) > kMaxCells) {
    return cells;
  }
  for (int row = south; row <= north; ++row) {
    for (int column = west; column <= east; ++column) {
      cells.push_back(absl::StrCat(row, "_", column));
    }
  }
  std::sort(cells.begin(), cells.end());
  return cells;
}

}  // namespace lagesbild::registry
