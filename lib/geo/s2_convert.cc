#include "lib/geo/s2_convert.h"

#include <s2/s2latlng.h>
#include <s2/s2loop_measures.h>

#include <algorithm>

namespace lagesbild::geo {

S2Point ToS2(const LatLng& position) {
  return S2LatLng::FromDegrees(position.latitude, position.longitude).ToPoint();
}

std::vector<S2Point> ToS2Loop(const Ring& ring, bool hole) {
  std::vector<S2Point> loop;
  for (const LatLng& position : ring) {
    const S2Point point = ToS2(position);
    if (loop.empty() || loop.back() != point) loop.push_back(point);
  }
  if (loop.size() > 1 && loop.front() == loop.back()) loop.pop_back();
  const bool clockwise = S2::GetSignedArea(S2PointLoopSpan(loop)) < 0;
  if (clockwise != hole) std::reverse(loop.begin(), loop.end());
  return loop;
}

}  // namespace lagesbild::geo
