#ifndef LAGESBILD_SERVICES_REGISTRY_SITE_WATCHER_H_
#define LAGESBILD_SERVICES_REGISTRY_SITE_WATCHER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "lib/access/caller.h"
#include "services/registry/test_registry.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/watcher.h"

namespace lagesbild::registry {

// What tells one change of a message from another.
inline testing::WatchTruth::Changes TextsOf(
    const v1::WatchSitesResponse& message) {
  testing::WatchTruth::Changes texts;
  for (const v1::SiteChange& change : message.changes()) {
    const v1::Site& site = change.site();
    texts.push_back(change.type() == watch::v1::CHANGE_TYPE_UPSERTED
                        ? testing::Upserted(site.name(), site.etag())
                        : testing::Removed(site.name()));
  }
  return texts;
}

// What a caller's filter shows at a revision, by reads as of it.
inline testing::ShownAt SitesShown(
    const std::function<TestRegistry*()>& registry,
    const access::v1::Caller& caller, const std::string& filter) {
  return [=](ledger::Revision revision) {
    v1::ListSitesRequest request;
    request.set_parent(kTestRegion);
    request.set_page_size(1000);
    request.set_filter(filter);
    request.mutable_as_of()->set_revision(revision);
    const auto page =
        registry()->Call(caller, &v1::SiteRegistry::Stub::ListSites, request);
    EXPECT_THAT(page, testing::IsOk());
    std::map<std::string, std::string> shown;
    if (!page.ok()) return shown;
    for (const auto& site : page->sites()) shown[site.name()] = site.etag();
    return shown;
  };
}

// A watcher of sites; `registry` may be started anew meanwhile.
class SiteWatcher : public testing::Watcher<v1::WatchSitesResponse> {
 public:
  SiteWatcher(const std::unique_ptr<TestRegistry>* registry,
              const access::v1::Caller& caller, const std::string& filter,
              ledger::Ledger* ledger, testing::FakeClock* clock)
      : Watcher(
            [=](grpc::ClientContext* context, const std::string& cursor) {
              rpc::SetCaller(caller, absl::InfiniteDuration(), context);
              v1::WatchSitesRequest request;
              request.set_parent(kTestRegion);
              request.set_cursor(cursor);
              request.set_filter(filter);
              return (*registry)->stub()->WatchSites(context, request);
            },
            &TextsOf,
            testing::TruthOf(SitesShown([registry] { return registry->get(); },
                                        caller, filter),
                             ledger),
            {.clock = clock, .prompt = access::IsSuiteMember(caller)}) {}
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_SITE_WATCHER_H_
