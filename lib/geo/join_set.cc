#include "lib/geo/join_set.h"

#include <algorithm>
#include <map>

#include "lib/geo/ecef.h"

namespace lagesbild::geo {
namespace {

// Layers differ by a factor of two in reach, from here on.
constexpr double kSmallestReach = 64;

int LayerFor(double reach) {
  if (reach == 0) return 0;
  int layer = 1;
  for (double most = kSmallestReach; most < reach; most *= 2) ++layer;
  return layer;
}

// As high as what is asked for reaches: lower ones hold less that is too far
// off, but there are more of them to look at.
double RowHeight(Meters radius, double reach) {
  return AngleOf(radius.value() + reach);
}

struct Members {
  std::vector<LatLng> middles;
  std::vector<uint32_t> indices;
  double max_reach = 0;
};

std::map<int, Members> Sort(absl::Span<const Shape> shapes) {
  std::map<int, Members> sorted;
  for (const Shape& shape : shapes) {
    Members& members = sorted[LayerFor(shape.reach())];
    members.middles.push_back(shape.middle_position());
    members.indices.push_back(static_cast<uint32_t>(&shape - shapes.data()));
    members.max_reach = std::max(members.max_reach, shape.reach());
  }
  return sorted;
}

}  // namespace

JoinSet::JoinSet(absl::Span<const LatLng> points, Meters radius) {
  layers_.push_back({LatitudeRows(points, RowHeight(radius, 0)), 0});
}

JoinSet::JoinSet(absl::Span<const Shape> shapes, Meters radius) {
  for (const auto& [number, members] : Sort(shapes)) {
    LatitudeRows rows(members.middles, RowHeight(radius, members.max_reach));
    rows.Rename(members.indices);
    layers_.push_back({std::move(rows), members.max_reach});
  }
  reaches_.reserve(shapes.size());
  for (const Shape& shape : shapes) reaches_.push_back(shape.reach());
}

}  // namespace lagesbild::geo
