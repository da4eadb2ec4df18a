// If these fail, a gap is shown that never was, or what a reader is told of how
// far the gaps reflect the registry is not true.
#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "lib/base/log.h"
#include "services/interventions/interventions_commit.h"
#include "services/interventions/join_world.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::interventions {
namespace {

// Interventions without a ledger: commits are applied at once.
class Join {
 public:
  explicit Join(const World* world) : world_(*world) {
    for (int id = 0; id < kSites; ++id) step_[World::Id(id)] = 0;
  }

  std::int64_t registry() const {
    return watch::PositionOf(state_.registry().reached, "registry").revision();
  }
  std::int64_t proximity() const {
    return watch::PositionOf(state_.proximity().reached, "proximity")
        .revision();
  }

  void Take(const std::vector<SiteNews>& news) {
    TakeAll(&InterventionsState::registry, news);
  }
  void Take(const std::vector<ExposureNews>& news) {
    TakeAll(&InterventionsState::proximity, news);
  }

  const InterventionsState& state() const { return state_; }
  // The gaps of each site as they followed each other.
  const std::vector<std::string>& Seen(const std::string& site) {
    return seen_[site];
  }
  std::string GapAt(const std::string& site) const {
    const auto it = state_.gaps().find(site);
    return it == state_.gaps().end() ? "" : it->second->nearest_place;
  }

 private:
  template <typename Record>
  void TakeAll(const watch::Followed& (InterventionsState::*stored)() const,
               const std::vector<News<Record>>& news) {
    // The stream was opened where this stands.
    const std::string opened = (state_.*stored)().cursor;
    bool more = true;
    while (more) {
      CommitBuilder builder(state_, absl::UnixEpoch());
      const auto taken = TakeNews((state_.*stored)(), news, opened, &builder);
      ASSERT_THAT(taken, testing::IsOk());
      more = *taken;
      Apply(builder.Finish());
      Check();
    }
  }

  void Apply(const ledger::Transaction& transaction) {
    ++revision_;
    std::set<std::string> keys;
    for (const ledger::Write& write : transaction.writes) {
      EXPECT_TRUE(keys.insert(write.key).second) << write.key << " twice";
      state_.Apply(write.key, write.value, revision_, absl::UnixEpoch());
    }
  }

  // Every gap is one that really was, not before those seen already, and not
  // before what the state says it reflects.
  void Check() {
    const watch::Basis basis = state_.basis();
    const int reflected =
        world_.StepOf(watch::PositionOf(basis, "registry").revision(),
                      watch::PositionOf(basis, "proximity").revision());
    for (auto& [site, step] : step_) {
      const std::string gap = GapAt(site);
      auto& seen = seen_[site];
      if (seen.empty() || seen.back() != gap) seen.push_back(gap);
      step = std::max(step, reflected);
      while (step < world_.Steps() && world_.Picture(step).at(site) != gap) {
        ++step;
      }
      ASSERT_LT(step, world_.Steps()) << site << " never was '" << gap << "'";
    }
  }

  const World& world_;
  base::NullLogger logger_;
  InterventionsState state_{&logger_};
  ledger::Revision revision_ = 0;
  std::map<std::string, int> step_;
  std::map<std::string, std::vector<std::string>> seen_;
};

class JoinTest : public ::testing::Test {
 protected:
  JoinTest() { std::cout << "seed " << seed_ << "\n"; }

  int Roll(int sides) { return static_cast<int>(random_() % sides); }

  void DeliverSites(int most) {
    std::vector<SiteNews> news;
    for (auto at = join_.registry();
         at < world_.Registry() && std::ssize(news) < most; ++at) {
      news.push_back(world_.SitesAfter(at));
    }
    if (!news.empty()) join_.Take(news);
  }
  void DeliverExposures(int most) {
    std::vector<ExposureNews> news;
    for (auto at = join_.proximity();
         at < world_.Proximity() && std::ssize(news) < most; ++at) {
      news.push_back(world_.ExposuresAfter(at));
    }
    if (!news.empty()) join_.Take(news);
  }
  // As after a compaction.
  void SnapshotOfSites() {
    if (join_.registry() < world_.Registry()) join_.Take({world_.SitesNow()});
  }
  void SnapshotOfExposures() {
    if (join_.proximity() < world_.Proximity()) {
      join_.Take({world_.ExposuresNow()});
    }
  }

  void Step(bool snapshots) {
    switch (Roll(snapshots ? 12 : 10)) {
      case 0:
      case 1:
      case 2:
        return world_.ChangeSite();
      case 3:
        return world_.ChangeSchool();
      case 4:
      case 5:
        return world_.TakeSites(1 + Roll(3));
      case 6:
      case 7:
        return DeliverSites(1 + Roll(4));
      case 8:
      case 9:
        return DeliverExposures(1 + Roll(4));
      case 10:
        return SnapshotOfSites();
      default:
        return SnapshotOfExposures();
    }
  }

  void Start() {
    join_.Take({world_.SitesNow()});
    join_.Take({world_.ExposuresNow()});
  }

  void ExpectAllSettled() {
    world_.TakeSites(1'000'000);
    DeliverSites(1'000'000);
    DeliverExposures(1'000'000);
    EXPECT_TRUE(join_.state().undecided().empty());
    for (const auto& [site, gap] : world_.Picture(world_.Steps() - 1)) {
      EXPECT_EQ(join_.GapAt(site), gap) << site;
    }
    const watch::Basis basis = join_.state().basis();
    EXPECT_EQ(watch::PositionOf(basis, "registry").revision(),
              world_.Registry());
    EXPECT_EQ(watch::PositionOf(basis, "proximity").revision(),
              world_.Proximity());
  }

  const unsigned seed_ = std::random_device()();
  std::mt19937 random_{seed_};
  World world_{&random_};
  Join join_{&world_};
};

TEST_F(JoinTest, NoInterleavingShowsAGapThatNeverWas) {
  Start();
  for (int i = 0; i < 3000 && !HasFatalFailure(); ++i) Step(false);
  ExpectAllSettled();
}

TEST_F(JoinTest, NorDoSnapshotsAfterACompaction) {
  Start();
  for (int i = 0; i < 3000 && !HasFatalFailure(); ++i) Step(true);
  ExpectAllSettled();
}

// When neither upstream runs ahead by more than a revision, every gap that was
// is seen, in order.
TEST_F(JoinTest, UpstreamsInStepLeaveNothingOut) {
  Start();
  for (int i = 0; i < 600 && !HasFatalFailure(); ++i) {
    if (Roll(3) == 0) {
      world_.ChangeSchool();
    } else {
      world_.ChangeSite();
      world_.TakeSites(1);
    }
    if (Roll(2) == 0) DeliverSites(1);
    DeliverExposures(1);
    DeliverSites(1);
  }
  for (int id = 0; id < kSites; ++id) {
    std::vector<std::string> expected;
    for (int step = 0; step < world_.Steps(); ++step) {
      const std::string& gap = world_.Picture(step).at(World::Id(id));
      if (expected.empty() || expected.back() != gap) expected.push_back(gap);
    }
    EXPECT_EQ(join_.Seen(World::Id(id)), expected);
  }
}

// A site that ceased and opened again while nobody followed was covered by
// nothing twice: one change of a gap a commit, never two folded into one.
TEST_F(JoinTest, WhatHappenedMeanwhileIsSeenStepByStep) {
  Start();
  world_.OpenAtSchool();
  world_.TakeSites(1);
  DeliverSites(1);
  DeliverExposures(2);
  for (int i = 0; i < 4; ++i) world_.Toggle();
  world_.TakeSites(4);
  DeliverExposures(4);
  DeliverSites(4);
  EXPECT_EQ(join_.Seen("s0"),
            (std::vector<std::string>{"", "p0", "", "p0", "", "p0"}));
}

}  // namespace
}  // namespace lagesbild::interventions
