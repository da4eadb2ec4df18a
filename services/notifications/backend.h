#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_BACKEND_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_BACKEND_H_

#include <string>

#include "lagesbild/access/v1/access.pb.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/call.h"
#include "lib/view/view.h"
#include "lib/watch/cursor.h"
#include "services/notifications/notifications_state.h"
#include "services/notifications/presenter.h"
#include "services/notifications/webhook_target.h"

namespace lagesbild::notifications {

// The name of this ledger in positions and tokens.
inline constexpr char kServiceName[] = "notifications";

// What the methods work with; nothing is owned.
struct Backend {
  ledger::Ledger* ledger;
  view::View<NotificationsState>* view;
  const Presenter* presenter;
  const base::Clock* clock;
  base::IdSource* ids;
  base::Executor* executor;  // for what may block or take long
  base::Logger* logger;
  TargetPolicy targets;
  std::string store_id;  // the ledger's
};

// This ledger at `revision`.
inline access::v1::Position OwnPosition(const Backend& backend,
                                        ledger::Revision revision) {
  access::v1::Position position;
  position.set_service(kServiceName);
  position.set_store_id(backend.store_id);
  position.set_revision(revision);
  return position;
}

// Tells the caller, with the answer, that it reflects `revision` and `basis`.
inline void SetToken(const Backend& backend, ledger::Revision revision,
                     const watch::Basis& basis, rpc::Call* call) {
  access::v1::ConsistencyToken token;
  *token.add_positions() = OwnPosition(backend, revision);
  for (const access::v1::Position& p : basis) *token.add_positions() = p;
  call->SetConsistencyToken(token);
}

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_BACKEND_H_
