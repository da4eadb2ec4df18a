#ifndef LAGESBILD_GATEWAY_PICTURE_FIGURES_H_
#define LAGESBILD_GATEWAY_PICTURE_FIGURES_H_

#include <string>
#include <vector>

#include "gateway/picture/picture_state.h"
#include "lagesbild/picture/v1/picture.pb.h"

namespace lagesbild::gateway {

// The figures of a set of situations; each says its unit, its definition and
// the call that gives the records behind it. `region` is "regions/{region}".
// All groups that occur are there, and every state and kind of gap, at 0 where
// nothing is. Order: totals first, then groups by code.
std::vector<picture::v1::Figure> ComputeFigures(
    const std::string& region, const std::vector<SituationPtr>& situations,
    const AreaNames& area_names);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_FIGURES_H_
