#include "lib/process/open_ledger.h"

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::process {
namespace {

using lagesbild::testing::IsOk;
using lagesbild::testing::StatusIs;

// A service started for another region, or over another service's file, would
// serve what it finds there as its own.
TEST(OpenLedgerTest, AFileIsOfOneServiceAndRegion) {
  const lagesbild::testing::TempDir dir;
  const base::SystemClock clock;
  base::RandomIds ids;
  LedgerPlace place;
  place.url = "sqlite:" + dir.File("ledger.db");
  place.service = "registry";
  place.region = "stockholm";
  ASSERT_THAT(OpenLedger(place, &clock, &ids), IsOk());
  EXPECT_THAT(OpenLedger(place, &clock, &ids), IsOk());
  LedgerPlace other_region = place;
  other_region.region = "skane";
  EXPECT_THAT(OpenLedger(other_region, &clock, &ids),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  LedgerPlace other_service = place;
  other_service.service = "proximity";
  EXPECT_THAT(OpenLedger(other_service, &clock, &ids),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace lagesbild::process
