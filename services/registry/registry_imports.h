#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_IMPORTS_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_IMPORTS_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lagesbild/registry/v1/area.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/rpc/call.h"
#include "lib/view/writer.h"
#include "services/registry/backend.h"
#include "services/registry/order.h"
#include "services/registry/registry_records.h"
#include "services/registry/site_upkeep.h"

namespace lagesbild::registry {

// An import without a deadline of its own may take this long.
inline constexpr absl::Duration kMaxImportBudget = absl::Minutes(2);

// ImportAreas and ImportSites, and what follows from new areas. Thread-safe;
// none blocks.
class RegistryImports {
 public:
  // `upkeep` is not owned.
  RegistryImports(const Backend& backend, SiteUpkeep* upkeep);

  void ImportSites(const rpc::CallPtr& call,
                   std::vector<v1::ImportSitesRequest> messages,
                   v1::ImportSitesResponse* response, rpc::Done done);
  void ImportAreas(const rpc::CallPtr& call,
                   std::vector<v1::ImportAreasRequest> messages,
                   v1::ImportAreasResponse* response, rpc::Done done);

 private:
  void ImportSitesNow(const rpc::CallPtr& call,
                      const std::vector<v1::ImportSitesRequest>& messages,
                      v1::ImportSitesResponse* response, const rpc::Done& done);
  void ImportAreasNow(const rpc::CallPtr& call,
                      const std::vector<v1::ImportAreasRequest>& messages,
                      v1::ImportAreasResponse* response, const rpc::Done& done);

  // Gives the counts and the revision at which they hold.
  using Counted =
      std::function<void(absl::StatusOr<ImportCounts>, ledger::Revision)>;
  // Decides and commits, or only decides; `decide` leaves its counts in
  // `counts`.
  void Write(const rpc::CallPtr& call, const Order& order, DecideOnState decide,
             const std::shared_ptr<ImportCounts>& counts, Counted done);
  absl::StatusOr<ImportCounts> ReadAnswered(ledger::Revision revision);

  const Backend backend_;
  SiteUpkeep* const upkeep_;
  view::Writer<RegistryState> writer_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_IMPORTS_H_
