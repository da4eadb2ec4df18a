#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_FIXTURE_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/ids.h"
#include "lib/base/status.h"
#include "lib/ledger/memory_ledger.h"
#include "services/proximity/test_proximity.h"
#include "services/registry/test_registry.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace lagesbild::proximity {

// A registry with two municipalities, proximity that follows it, each over a
// memory ledger. The clock stands at 2023-11-14.
class ProximityFixture : public ::testing::Test {
 protected:
  ProximityFixture()
      : registry_ledger_(ledger::NewMemoryLedger(&clock_, &ids_)),
        ledger_(ledger::NewMemoryLedger(&clock_, &ids_)),
        registry_(std::make_unique<registry::TestRegistry>(
            registry_ledger_.get(), &clock_, &ids_)) {
    registry_->ImportTwoMunicipalities();
    Start();
  }

  // Anew on what is stored.
  void Start() {
    proximity_.reset();
    proximity_ = std::make_unique<TestProximity>(ledger_.get(), &clock_,
                                                 registry_->channel());
  }

  // A site at the position; the name is its id.
  std::string AddSite(const std::string& id, double latitude,
                      double longitude) {
    registry::v1::CreateSiteRequest request;
    request.set_parent(registry::kTestRegion);
    request.set_site_id(id);
    *request.mutable_site() =
        registry::SiteOf("Site " + id, registry::PointAt(latitude, longitude));
    for (const std::string& other : sites_) {
      request.add_allow_duplicate_of(other);
    }
    const auto created = registry_->Call(
        office_, &registry::v1::SiteRegistry::Stub::CreateSite, request);
    EXPECT_THAT(created, testing::IsOk());
    if (!created.ok()) return "";
    sites_.push_back(created->name());
    return created->name();
  }

  void MoveSite(const std::string& name, double latitude, double longitude) {
    registry::v1::UpdateSiteRequest request;
    request.mutable_site()->set_name(name);
    *request.mutable_site()->mutable_geometry() =
        registry::PointAt(latitude, longitude);
    request.mutable_update_mask()->add_paths("geometry");
    for (const std::string& other : sites_) {
      request.add_allow_duplicate_of(other);
    }
    EXPECT_THAT(
        registry_->Call(office_, &registry::v1::SiteRegistry::Stub::UpdateSite,
                        request),
        testing::IsOk());
  }

  // Of the exposures, once the registry's last write is reflected.
  std::vector<std::string> Pairs() {
    const auto exposures = proximity_->Exposures(office_, registry_->token());
    EXPECT_THAT(exposures, testing::IsOk());
    std::vector<std::string> pairs;
    if (!exposures.ok()) return pairs;
    for (const v1::Exposure& e : *exposures) {
      pairs.push_back(e.name().substr(e.name().find('~') + 1));
    }
    return pairs;
  }

  absl::StatusOr<v1::ImportPlacesResponse> Import(
      const std::vector<v1::Place>& places) {
    return proximity_->Import(office_, {ImportOf(places)}, registry_->token());
  }

  testing::FakeClock clock_;
  base::RandomIds ids_;
  const access::v1::Caller office_ = registry::CoordinationCaller();
  const access::v1::Caller viewer_ = registry::CountyBoardCaller();
  std::unique_ptr<ledger::Ledger> registry_ledger_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<registry::TestRegistry> registry_;
  std::unique_ptr<TestProximity> proximity_;
  std::vector<std::string> sites_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_FIXTURE_H_
