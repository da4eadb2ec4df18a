#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_FIXTURE_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/ledger/memory_ledger.h"
#include "services/interventions/test_interventions.h"
#include "services/proximity/test_proximity.h"
#include "services/registry/test_registry.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/faulty_ledger.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::interventions {

// A registry with two municipalities, proximity with one school in 0180, and
// interventions that follow both, each over a memory ledger. The clock stands
// at 2023-11-14.
class InterventionsFixture : public ::testing::Test {
 protected:
  InterventionsFixture() {
    registry_->ImportTwoMunicipalities();
    StartProximity();
    EXPECT_THAT(proximity_->Import(office_,
                                   {proximity::ImportOf({proximity::SchoolAt(
                                       "1", kSchool, kLongitude)})},
                                   registry_->token()),
                testing::IsOk());
    Start();
  }

  void StartProximity() {
    proximity_.reset();
    proximity_ = std::make_unique<proximity::TestProximity>(
        &proximity_access_, &clock_, registry_->channel());
  }

  void RestartUpstreams() {
    proximity_.reset();
    registry_.reset();
    registry_ = std::make_unique<registry::TestRegistry>(registry_ledger_.get(),
                                                         &clock_, &ids_);
    StartProximity();
  }

  // Anew on what is stored.
  void Start() {
    interventions_.reset();
    interventions_ = std::make_unique<TestInterventions>(
        ledger_.get(), &clock_, &ids_, registry_->channel(),
        proximity_->channel());
  }

  // A site `metres` north of the school, reported only; its name.
  std::string AddSite(const std::string& id, double metres) {
    return AddSiteAt(id, NorthOfSchool(metres));
  }

  // One that lies in both municipalities, the larger part in 0180.
  std::string AddBorderSite(const std::string& id) {
    return AddSiteAt(id, registry::BoxOf(59.399, 18.1, 59.4005, 18.102));
  }

  std::string AddSiteAt(const std::string& id, geo::v1::Geometry geometry) {
    registry::v1::CreateSiteRequest request;
    request.set_parent(registry::kTestRegion);
    request.set_site_id(id);
    *request.mutable_site() =
        registry::SiteOf("Site " + id, std::move(geometry));
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

  void Assess(const std::string& site, registry::v1::Party party,
              registry::v1::Verdict verdict, const std::string& date) {
    EXPECT_THAT(registry_->Assess(office_, site,
                                  registry::VerdictOf(party, verdict, date)),
                testing::IsOk());
  }

  // Both parties say so.
  void Agree(const std::string& site, registry::v1::Verdict verdict,
             const std::string& date) {
    Assess(site, registry::v1::PARTY_MUNICIPALITY, verdict, date);
    Assess(site, registry::v1::PARTY_POLICE, verdict, date);
  }

  std::string AddOpenSite(const std::string& id, double metres) {
    std::string site = AddSite(id, metres);
    Agree(site, registry::v1::VERDICT_OPEN, "2023-10-01");
    return site;
  }

  void MoveSite(const std::string& name, double metres) {
    registry::v1::UpdateSiteRequest request;
    request.mutable_site()->set_name(name);
    *request.mutable_site()->mutable_geometry() = NorthOfSchool(metres);
    request.mutable_update_mask()->add_paths("geometry");
    for (const std::string& other : sites_) {
      request.add_allow_duplicate_of(other);
    }
    EXPECT_THAT(
        registry_->Call(office_, &registry::v1::SiteRegistry::Stub::UpdateSite,
                        request),
        testing::IsOk());
  }

  // The gaps once the registry's last write is reflected: "s NO_MEASURE".
  std::vector<std::string> Gaps(const std::string& filter = "") {
    const auto gaps = interventions_->Gaps(office_, registry_->token(), filter);
    EXPECT_THAT(gaps, testing::IsOk());
    std::vector<std::string> texts;
    if (!gaps.ok()) return texts;
    for (const v1::CoverageGap& gap : *gaps) texts.push_back(TextOf(gap));
    return texts;
  }

  // A site that is known here.
  std::string KnownSite(const std::string& id = "s") {
    std::string site = AddOpenSite(id, 300);
    Gaps();  // waits for it
    return site;
  }

  v1::Intervention Planned(const std::string& site,
                           const std::string& type = "lighting") {
    const auto planned =
        interventions_->Create(coordinator_, PlanOf(site, type));
    EXPECT_THAT(planned, testing::IsOk());
    return planned.ok() ? *planned : v1::Intervention();
  }

  static constexpr double kSchool = 59.35;
  static constexpr double kLongitude = 18.1;
  static constexpr double kMetresPerDegree = 111'400;

  static geo::v1::Geometry NorthOfSchool(double metres) {
    return registry::PointAt(kSchool + metres / kMetresPerDegree, kLongitude);
  }

  testing::FakeClock clock_;
  base::RandomIds ids_;
  const access::v1::Caller office_ = registry::CoordinationCaller();
  const access::v1::Caller coordinator_ = CoordinatorOf("0180");
  const access::v1::Caller neighbour_ = CoordinatorOf("0184");
  const access::v1::Caller viewer_ = registry::CountyBoardCaller();
  std::unique_ptr<ledger::Ledger> registry_ledger_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  std::unique_ptr<ledger::Ledger> proximity_ledger_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  testing::FaultyLedger proximity_access_{proximity_ledger_.get()};
  std::unique_ptr<ledger::Ledger> ledger_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  std::unique_ptr<registry::TestRegistry> registry_ =
      std::make_unique<registry::TestRegistry>(registry_ledger_.get(), &clock_,
                                               &ids_);
  std::unique_ptr<proximity::TestProximity> proximity_;
  std::unique_ptr<TestInterventions> interventions_;
  std::vector<std::string> sites_;
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_FIXTURE_H_
