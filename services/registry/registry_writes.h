#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_WRITES_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_WRITES_H_

#include <string>

#include "absl/status/status.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/rpc/call.h"
#include "lib/view/writer.h"
#include "services/registry/backend.h"
#include "services/registry/order.h"

namespace lagesbild::registry {

// CreateSite, UpdateSite and AssessSite. Each checks what it is given, decides
// on the view's state, commits, and answers when the view shows the result.
// Thread-safe; none blocks.
class RegistryWrites {
 public:
  explicit RegistryWrites(const Backend& backend);

  void CreateSite(const rpc::CallPtr& call,
                  const v1::CreateSiteRequest& request, v1::Site* response,
                  rpc::Done done);
  void UpdateSite(const rpc::CallPtr& call,
                  const v1::UpdateSiteRequest& request, v1::Site* response,
                  rpc::Done done);
  void AssessSite(const rpc::CallPtr& call,
                  const v1::AssessSiteRequest& request, v1::Site* response,
                  rpc::Done done);

 private:
  std::string NewSiteId(const rpc::Call& call, const Order& order) const;
  absl::StatusOr<Creation> ReadCreation(const v1::CreateSiteRequest& request,
                                        const Act& act) const;
  absl::StatusOr<Update> ReadUpdate(const v1::UpdateSiteRequest& request,
                                    const Act& act) const;
  void Place(const Act& act, SiteDraft* draft) const;
  void CreateNow(const rpc::CallPtr& call, const v1::CreateSiteRequest& request,
                 v1::Site* response, const rpc::Done& done);
  void UpdateNow(const rpc::CallPtr& call, const v1::UpdateSiteRequest& request,
                 v1::Site* response, const rpc::Done& done);
  std::shared_ptr<const SiteEntry> FindSite(const std::string& id) const;

  // Decides, commits and answers with the site.
  void WriteSite(const rpc::CallPtr& call, const Order& order, const Act& act,
                 const std::string& id, DecideOnScene decide,
                 v1::Site* response, const rpc::Done& done);
  absl::Status PreviewSite(const Act& act, const std::string& id,
                           const DecideOnState& decide, v1::Site* response);
  void AnswerSite(const rpc::CallPtr& call, const std::string& id,
                  const ledger::Committed& committed, v1::Site* response,
                  const rpc::Done& done);
  absl::Status ReadAnsweredSite(const rpc::Call& call, const std::string& id,
                                ledger::Revision revision, v1::Site* response);

  const Backend backend_;
  view::Writer<RegistryState> writer_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_WRITES_H_
