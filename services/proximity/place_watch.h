#ifndef LAGESBILD_SERVICES_PROXIMITY_PLACE_WATCH_H_
#define LAGESBILD_SERVICES_PROXIMITY_PLACE_WATCH_H_

#include <memory>
#include <string>

#include "lagesbild/access/v1/access.pb.h"
#include "lib/api/filter.h"
#include "lib/view/view.h"
#include "lib/watch/renderer.h"
#include "services/proximity/presenter.h"
#include "services/proximity/proximity_state.h"

namespace lagesbild::proximity {

// What one caller sees of the places, whatever their dates, and of the layers,
// as streams; `filter` is that of the text. What is passed by pointer outlives
// them.
std::shared_ptr<watch::Renderer> MakePlaceRenderer(
    const Presenter* presenter, const view::View<ProximityState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter);
std::shared_ptr<watch::Renderer> MakeLayerRenderer(
    const Presenter* presenter, const view::View<ProximityState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PLACE_WATCH_H_
