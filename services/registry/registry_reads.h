#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_READS_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_READS_H_

#include <functional>
#include <memory>

#include "lagesbild/registry/v1/area.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/api/time.h"
#include "lib/rpc/call.h"
#include "services/registry/backend.h"

namespace lagesbild::registry {

// GetSite, ListSites and ListAreas. Reads of now come from the view, earlier
// ones from history. Thread-safe; none blocks.
class RegistryReads {
 public:
  explicit RegistryReads(const Backend& backend) : backend_(backend) {}

  void GetSite(const rpc::CallPtr& call, const v1::GetSiteRequest& request,
               v1::Site* response, rpc::Done done) const;
  void ListSites(const rpc::CallPtr& call, const v1::ListSitesRequest& request,
                 v1::ListSitesResponse* response, rpc::Done done) const;
  void ListAreas(const rpc::CallPtr& call, const v1::ListAreasRequest& request,
                 v1::ListAreasResponse* response, rpc::Done done) const;

 private:
  using OnState =
      std::function<absl::Status(const RegistryState&, ledger::Revision)>;

  // How much work `finish` is: a long one is done elsewhere, so that other
  // calls are not held up.
  enum class Work { kShort, kLong };

  // Runs `use` once on the state that `as_of` names, under the view's lock
  // where that is the live one, then `finish`, and answers.
  void Read(const rpc::CallPtr& call, const api::AsOf& as_of, Work work,
            OnState use, std::function<absl::Status()> finish,
            rpc::Done done) const;
  base::Date ValidDate(const api::AsOf& as_of) const;

  const Backend backend_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_READS_H_
