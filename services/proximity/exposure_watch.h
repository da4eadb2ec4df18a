#ifndef LAGESBILD_SERVICES_PROXIMITY_EXPOSURE_WATCH_H_
#define LAGESBILD_SERVICES_PROXIMITY_EXPOSURE_WATCH_H_

#include <memory>
#include <string>

#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/proximity/v1/exposure.pb.h"
#include "lib/api/filter.h"
#include "lib/view/view.h"
#include "lib/watch/renderer.h"
#include "services/proximity/presenter.h"
#include "services/proximity/proximity_state.h"

namespace lagesbild::proximity {

// What one caller sees of the exposures that the request asks for, as a stream;
// `filter` is the request's. What is passed by pointer outlives it.
std::shared_ptr<watch::Renderer> MakeExposureRenderer(
    const Presenter* presenter, const view::View<ProximityState>* view,
    access::v1::Caller caller, const v1::WatchExposuresRequest& request,
    api::Filter filter);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_EXPOSURE_WATCH_H_
