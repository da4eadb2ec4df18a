#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_WATCH_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_WATCH_H_

#include <memory>
#include <string>

#include "lagesbild/access/v1/access.pb.h"
#include "lib/api/filter.h"
#include "lib/view/view.h"
#include "lib/watch/renderer.h"
#include "services/notifications/notifications_state.h"
#include "services/notifications/presenter.h"

namespace lagesbild::notifications {

// What one caller sees of the alerts that `filter` shows, as a stream.
// `presenter` and `view` outlive it.
std::shared_ptr<watch::Renderer> MakeAlertRenderer(
    const Presenter* presenter, const view::View<NotificationsState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_WATCH_H_
