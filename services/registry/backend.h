#ifndef LAGESBILD_SERVICES_REGISTRY_BACKEND_H_
#define LAGESBILD_SERVICES_REGISTRY_BACKEND_H_

#include <string>

#include "lagesbild/access/v1/access.pb.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/call.h"
#include "lib/view/view.h"
#include "services/registry/presenter.h"
#include "services/registry/registry_state.h"
#include "services/registry/site_changes.h"

namespace lagesbild::registry {

// The name of this ledger in positions and tokens.
inline constexpr char kServiceName[] = "registry";

// What the methods work with; nothing is owned.
struct Backend {
  ledger::Ledger* ledger;
  view::View<RegistryState>* view;
  const Presenter* presenter;
  AreaSets* area_sets;
  const base::Clock* clock;
  base::IdSource* ids;
  base::Executor* executor;  // for what may block or take long
  base::Executor* imports;   // for whole files, one at a time
  base::Logger* logger;
  std::string store_id;  // the ledger's
};

// Tells the caller, with the answer, that it reflects `revision`.
inline void SetToken(const Backend& backend, ledger::Revision revision,
                     rpc::Call* call) {
  access::v1::ConsistencyToken token;
  auto* position = token.add_positions();
  position->set_service(kServiceName);
  position->set_store_id(backend.store_id);
  position->set_revision(revision);
  call->SetConsistencyToken(token);
}

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_BACKEND_H_
