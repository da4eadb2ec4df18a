#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_WATCH_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_WATCH_H_

#include <memory>
#include <string>

#include "lagesbild/access/v1/access.pb.h"
#include "lib/api/filter.h"
#include "lib/view/view.h"
#include "lib/watch/renderer.h"
#include "services/registry/presenter.h"
#include "services/registry/registry_state.h"

namespace lagesbild::registry {

// What one caller sees of the sites that `filter` shows, as a stream. A change
// of fields that the caller may not see shows nothing. `view` outlives it. A
// site's state is that of the day its record was written, so that a stream
// depends on the ledger alone; SiteUpkeep writes anew what the days change.
std::shared_ptr<watch::Renderer> MakeSiteRenderer(
    const Presenter* presenter, const view::View<RegistryState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter);

// The areas, which are the same to all.
std::shared_ptr<watch::Renderer> MakeAreaRenderer(
    const Presenter* presenter, const view::View<RegistryState>* view);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_WATCH_H_
