#include "lib/geo/s2_convert.h"

#include <s2/s2latlng.h>
#include <s2/s2loop_measures.h>

#include <algorithm>

namespace lagesbild::geo {
namespace {

// S2Point's own operators are ambiguous in C++20.
bool Same(const S2Point& a, const S2Point& b) {
  return a.x() == b.x() && a.y() == b.y() && a.z() == b.z();
}

}  // namespace

S2Point ToS2(const LatLng& position) {
  return S2LatLng::FromDegrees(position.latitude, position.longitude).ToPoint();
}

std::vector<S2Point> ToS2Loop(const Ring& ring, bool hole) {
  std::vector<S2Point> loop;
  for (const LatLng& position : ring) {
    const S2Point point = ToS2(position);
    if (loop.empty() || !Same(loop.back(), point)) loop.push_back(point);
  }
  if (loop.size() > 1 && Same(loop.front(), loop.back())) loop.pop_back();
  const bool clockwise = S2::GetSignedArea(S2PointLoopSpan(loop)) < 0;
  if (clockwise != hole) std::reverse(loop.begin(), loop.end());
  return loop;
}

}  // namespace lagesbild::geo
