#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_FIXTURE_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_FIXTURE_H_

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/ledger/memory_ledger.h"
#include "services/registry/test_registry.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::registry {

// A registry over a memory ledger with two municipalities, on 14 November 2023.
class RegistryFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    Start();
    registry_->ImportTwoMunicipalities();
  }

  // A new registry over the same ledger, as after a restart.
  void Start() {
    registry_.reset();
    registry_ =
        std::make_unique<TestRegistry>(ledger_.get(), &clock_, &ids_, logger_);
  }

  // A site in 0180, a kilometre from the next.
  v1::Site NewSite(int number) {
    auto site = registry_->Create(
        municipality_, SiteOf(absl::StrCat("Square ", number),
                              PointAt(59.31 + 0.01 * number, 18.05)));
    EXPECT_THAT(site, testing::IsOk());
    return site.ok() ? *site : v1::Site();
  }

  ledger::Revision Head() { return ledger_->ReadHead()->revision; }

  testing::FakeClock clock_;
  base::RandomIds ids_;
  base::Logger* logger_ = nullptr;
  std::unique_ptr<ledger::Ledger> ledger_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  std::unique_ptr<TestRegistry> registry_;
  const access::v1::Caller municipality_ = MunicipalityCaller("0180");
  const access::v1::Caller neighbour_ = MunicipalityCaller("0184");
  const access::v1::Caller police_ = PoliceCaller("0180");
  const access::v1::Caller viewer_ = CountyBoardCaller();
  const access::v1::Caller office_ = CoordinationCaller();
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_FIXTURE_H_
