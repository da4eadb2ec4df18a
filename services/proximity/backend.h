#ifndef LAGESBILD_SERVICES_PROXIMITY_BACKEND_H_
#define LAGESBILD_SERVICES_PROXIMITY_BACKEND_H_

#include <string>

#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/log.h"
#include "lib/base/turnstile.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/call.h"
#include "lib/view/view.h"
#include "lib/view/writer.h"
#include "lib/watch/cursor.h"
#include "lib/watch/reach.h"
#include "services/proximity/presenter.h"
#include "services/proximity/proximity_state.h"

namespace lagesbild::proximity {

// The name of this ledger in positions and tokens.
inline constexpr char kServiceName[] = "proximity";

class LayerWork;

// What the methods and followers work with; nothing is owned.
struct Backend {
  ledger::Ledger* ledger;
  view::View<ProximityState>* view;
  view::Writer<ProximityState>* writer;
  // Every commit passes through it: they all guard one another.
  base::Turnstile* turnstile;
  watch::Reach* reach;
  // How far the registry's areas are reflected.
  watch::Reach* areas_reach;
  const Presenter* presenter;
  const base::Clock* clock;
  base::Executor* executor;  // for what may block or take long
  base::Executor* imports;   // for whole files, one at a time
  base::Logger* logger;
  std::string store_id;  // the ledger's
  // Says how far layers have come; null for itself and for followers.
  const LayerWork* layer_work = nullptr;
};

// This ledger at `revision`, and what that was derived from.
inline access::v1::ConsistencyToken TokenAt(const Backend& backend,
                                            ledger::Revision revision,
                                            const watch::Basis& basis) {
  access::v1::ConsistencyToken token;
  access::v1::Position* own = token.add_positions();
  own->set_service(kServiceName);
  own->set_store_id(backend.store_id);
  own->set_revision(revision);
  for (const access::v1::Position& p : basis) *token.add_positions() = p;
  return token;
}

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_BACKEND_H_
