#ifndef LAGESBILD_GATEWAY_PICTURE_FIGURES_H_
#define LAGESBILD_GATEWAY_PICTURE_FIGURES_H_

#include <vector>

#include "gateway/picture/figure_queries.h"
#include "gateway/picture/picture_state.h"
#include "lagesbild/picture/v1/picture.pb.h"

namespace lagesbild::gateway {

// Whether the situations have the gaps that there are.
enum class Gaps { kKnown, kUnknown };

// The figures of a set of situations; each says its unit, its definition and
// the calls that give the records behind it. All groups that occur are there,
// and every state and kind of gap, at 0 where nothing is; no figure about gaps
// where they are not known. Order: totals first, then groups by code.
std::vector<picture::v1::Figure> ComputeFigures(
    const Scope& scope, const std::vector<SituationPtr>& situations,
    const AreaNames& area_names, Gaps gaps);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_FIGURES_H_
