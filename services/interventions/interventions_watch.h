#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WATCH_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WATCH_H_

#include <memory>
#include <string>

#include "lagesbild/access/v1/access.pb.h"
#include "lib/api/filter.h"
#include "lib/view/view.h"
#include "lib/watch/renderer.h"
#include "services/interventions/interventions_state.h"
#include "services/interventions/presenter.h"

namespace lagesbild::interventions {

// What one caller sees of the interventions that `filter` shows, as a stream. A
// change of fields that the caller may not see shows nothing. What is passed by
// pointer outlives it.
std::shared_ptr<watch::Renderer> MakeInterventionRenderer(
    const Presenter* presenter, const view::View<InterventionsState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter);

// The same of the gaps.
std::shared_ptr<watch::Renderer> MakeGapRenderer(
    const Presenter* presenter, const view::View<InterventionsState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter);

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WATCH_H_
