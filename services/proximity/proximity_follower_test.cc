// If these fail, what proximity derived is lost, doubled or out of date after a
// restart or beside another replica.
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "lib/geo/distance.h"
#include "services/proximity/proximity_fixture.h"
#include "services/proximity/proximity_records.h"
#include "tests/testing/faulty_ledger.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::IsEmpty;
using testing::IsOk;

class ProximityFollowerTest : public ProximityFixture {
 protected:
  std::vector<ledger::RevisionChanges> Log(ledger::Ledger* ledger) {
    const auto page = ledger->ReadChanges(0, 1'000'000);
    EXPECT_THAT(page, IsOk());
    return page.ok() ? page->revisions : std::vector<ledger::RevisionChanges>();
  }
};

TEST_F(ProximityFollowerTest, ARestartGoesOnFromWhatIsStored) {
  ASSERT_THAT(Import({SchoolAt("1", 59.35, 18.1)}), IsOk());
  const std::string site = AddSite("s", 59.35, 18.1);
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1"));
  proximity_.reset();
  MoveSite(site, 59.39, 18.1);
  AddSite("t", 59.3501, 18.1);
  Start();
  EXPECT_THAT(Pairs(), ElementsAre("t~register-1"));
}

// Whoever joins sites with exposures must never see a place on the way with the
// schools of another.
TEST_F(ProximityFollowerTest, ASiteThatWentAndCameBackMeanwhileIsTakenTwice) {
  ASSERT_THAT(Import({SchoolAt("1", 59.35, 18.1)}), IsOk());
  const std::string site = AddSite("s", 59.35, 18.1);
  const std::string other = AddSite("t", 59.35, 18.1);
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1", "t~register-1"));
  proximity_.reset();
  MoveSite(other, 59.39, 18.1);
  MoveSite(site, 59.39, 18.1);
  MoveSite(site, 59.35, 18.1);
  Start();
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1"));
  const auto versions =
      ledger_->ReadVersions("exposure/primary-schools-500~s~register-1");
  ASSERT_THAT(versions, IsOk());
  EXPECT_EQ(versions->size(), 3U) << "there, away, back";
}

// It would go on committing on a ledger that is closed.
TEST_F(ProximityFollowerTest, AStopWaitsForAllCommitsOfWhatWasTaken) {
  const std::string site = AddSite("s", 59.35, 18.1);
  Pairs();
  proximity_.reset();
  for (int i = 0; i < 6; ++i) MoveSite(site, 59.35 + 0.001 * i, 18.1);
  testing::FaultyLedger faulty(ledger_.get());
  faulty.HoldCommits("WatchSites");
  proximity_ =
      std::make_unique<TestProximity>(&faulty, &clock_, registry_->channel());
  ASSERT_TRUE(Eventually([&] { return faulty.held() == 1; }));
  std::atomic<bool> gone = false;
  std::thread stopping([&] {
    proximity_.reset();
    gone = true;
  });
  int passed = 0;
  while (!gone) {
    if (faulty.held() == 0) continue;
    faulty.PassHeld();
    ++passed;
  }
  stopping.join();
  EXPECT_EQ(faulty.held(), 0);
  EXPECT_GE(passed, 1);
  Start();
  EXPECT_THAT(Pairs(), IsEmpty());
}

// After a long absence the log is gone: what is kept is compared with a
// snapshot, and nothing else changes.
TEST_F(ProximityFollowerTest, ACompactedLogIsMadeUpForByASnapshot) {
  ASSERT_THAT(Import({SchoolAt("1", 59.35, 18.1)}), IsOk());
  const std::string moved = AddSite("s", 59.35, 18.1);
  AddSite("t", 59.3501, 18.1);
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1", "t~register-1"));
  proximity_.reset();
  const auto before = ledger_->ReadHead();
  MoveSite(moved, 59.39, 18.1);
  const auto head = registry_ledger_->ReadHead();
  ASSERT_THAT(registry_ledger_->Compact(head->revision), IsOk());
  AddSite("u", 59.3502, 18.1);
  Start();
  EXPECT_THAT(Pairs(), ElementsAre("t~register-1", "u~register-1"));
  std::set<std::string> touched;
  for (const auto& revision : Log(ledger_.get())) {
    if (revision.revision <= before->revision) continue;
    for (const auto& change : revision.changes) {
      if (change.key.rfind("exposure/", 0) == 0) {
        touched.insert(change.key.substr(change.key.find('~') + 1));
      }
    }
  }
  EXPECT_THAT(touched, ElementsAre("s~register-1", "u~register-1"));
}

// Two replicas at once must come to the same as one. That each thing is derived
// once is for proximity_replicas_test.cc.
TEST_F(ProximityFollowerTest, TwoReplicasComeToTheSame) {
  TestProximity other(ledger_.get(), &clock_, registry_->channel());
  const auto seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  const auto somewhere = [&] {
    return 59.35 + static_cast<double>(random() % 100) * 1e-4;
  };
  std::map<std::string, std::pair<std::string, double>> sites;
  std::map<std::string, double> schools;
  for (int step = 0; step < 60; ++step) {
    const std::string id = "s" + std::to_string(random() % 12);
    const double at = somewhere();
    if (random() % 4 == 0) {
      schools[std::to_string(random() % 8)] = at;
      std::vector<v1::Place> rows;
      rows.reserve(schools.size());
      for (const auto& [external, latitude] : schools) {
        rows.push_back(SchoolAt(external, latitude, 18.1));
      }
      TestProximity* replica = random() % 2 ? &other : proximity_.get();
      ASSERT_THAT(replica->Import(office_, {ImportOf(rows)}), IsOk());
    } else if (!sites.contains(id)) {
      sites[id] = {AddSite(id, at, 18.1), at};
    } else {
      MoveSite(sites[id].first, at, 18.1);
      sites[id].second = at;
    }
  }
  std::set<std::string> expected;
  for (const auto& [id, site] : sites) {
    for (const auto& [external, latitude] : schools) {
      if (geo::Distance(geo::LatLng{site.second, 18.1},
                        geo::LatLng{latitude, 18.1}) <= geo::Meters(500)) {
        expected.insert(absl::StrCat(id, "~register-", external));
      }
    }
  }
  const auto pairs = Pairs();
  EXPECT_EQ(std::set<std::string>(pairs.begin(), pairs.end()), expected);
  ASSERT_OK_AND_ASSIGN(const auto seen,
                       other.Exposures(office_, registry_->token()));
  EXPECT_EQ(seen.size(), expected.size());
}

// Readers of derived data must know how far it reflects the registry.
TEST_F(ProximityFollowerTest, EveryRevisionOfTheRegistryIsReached) {
  const std::string site = AddSite("s", 59.35, 18.1);
  for (int i = 0; i < 5; ++i) {
    registry::v1::Site note;
    note.set_name(site);
    note.set_note("note " + std::to_string(i));
    ASSERT_THAT(registry_->Update(office_, note, {"note"}), IsOk());
    EXPECT_THAT(Pairs(), IsEmpty());
  }
}

}  // namespace
}  // namespace lagesbild::proximity
