#ifndef LAGESBILD_SERVICES_INTERVENTIONS_BACKEND_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_BACKEND_H_

#include <string>

#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/base/turnstile.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/call.h"
#include "lib/view/view.h"
#include "lib/view/writer.h"
#include "lib/watch/cursor.h"
#include "services/interventions/interventions_state.h"
#include "services/interventions/presenter.h"

namespace lagesbild::interventions {

// The name of this ledger in positions and tokens.
inline constexpr char kServiceName[] = "interventions";

// What the methods and followers work with; nothing is owned.
struct Backend {
  ledger::Ledger* ledger;
  view::View<InterventionsState>* view;
  view::Writer<InterventionsState>* writer;
  // Every commit passes through it: they all guard one another.
  base::Turnstile* turnstile;
  const Presenter* presenter;
  const base::Clock* clock;
  base::IdSource* ids;
  base::Executor* executor;  // for what may block or take long
  base::Logger* logger;
  std::string store_id;  // the ledger's
};

// This ledger at `revision`.
inline access::v1::Position OwnPosition(const std::string& store_id,
                                        ledger::Revision revision) {
  access::v1::Position position;
  position.set_service(kServiceName);
  position.set_store_id(store_id);
  position.set_revision(revision);
  return position;
}

// This ledger at `revision`, and what that was derived from.
inline access::v1::ConsistencyToken TokenAt(const Backend& backend,
                                            ledger::Revision revision,
                                            const watch::Basis& basis) {
  access::v1::ConsistencyToken token;
  *token.add_positions() = OwnPosition(backend.store_id, revision);
  for (const access::v1::Position& p : basis) *token.add_positions() = p;
  return token;
}

// Now, with the microseconds that stored times have.
inline absl::Time NowOf(const base::Clock& clock) {
  return absl::FromUnixMicros(absl::ToUnixMicros(clock.Now()));
}

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_BACKEND_H_
