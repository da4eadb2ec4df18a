#include <algorithm>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "services/notifications/decision.h"
#include "services/notifications/notifications_fixture.h"
#include "services/notifications/notifications_records.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::IsOk;

// Gaps that open and close while replicas come and go and logs are cut.
class ReplicasTest : public NotificationsFixture {
 protected:
  ReplicasTest() { std::cout << "seed " << seed_ << "\n"; }

  bool OneIn(unsigned n) { return random_() % n == 0; }

  // One gap opens or closes.
  void Flip() {
    const interventions::v1::CoverageGap gap =
        GapOf(absl::StrCat("s", random_() % 7));
    const bool opens = open_.insert(gap.name()).second;
    if (!opens) open_.erase(gap.name());
    Origin origin;
    origin.store_id = gaps_->position().store_id();
    origin.revision = opens ? gaps_->Put(gap) : gaps_->Remove(gap.name());
    happened_[origin.revision] =
        EventId(origin, opens ? EventKind::kGapOpened : EventKind::kGapClosed,
                gap.name());
  }

  void Compact() { cuts_.push_back(gaps_->Compact()); }

  void Restart(const std::string& victim) {
    Stop(victim);
    Start(victim);
  }

  // What cannot be resumed after a cut is known only by comparing.
  void CutWhileDown() {
    Stop("one");
    Stop("two");
    for (int i = 0; i < 5; ++i) Flip();
    Compact();
    Start("one");
    Start("two");
  }

  // Where interventions were followed to, commit by commit.
  std::vector<ledger::Revision> Steps() {
    std::vector<ledger::Revision> steps;
    const auto versions =
        store_->ReadVersions(absl::StrCat(kCursorPrefix, kInterventions));
    EXPECT_THAT(versions, IsOk());
    for (const ledger::Version& version : *versions) {
      const auto followed = watch::DecodeFollowed(*version.value, 0);
      steps.push_back(watch::DecodeCursor(followed->cursor)->revision);
    }
    return steps;
  }

  // Only a step over a cut may be a comparison: with a picture of what was
  // shown when it was made, or later.
  bool MayCompare(ledger::Revision from, ledger::Revision to) const {
    return std::any_of(cuts_.begin(), cuts_.end(), [&](ledger::Revision cut) {
      return from < cut && cut <= to;
    });
  }

  // The ids of what happened in steps that were changes for sure.
  std::set<std::string> ForSure() {
    std::set<std::string> ids;
    ledger::Revision from = 0;
    for (ledger::Revision to : Steps()) {
      const auto end = happened_.upper_bound(to);
      for (auto it = happened_.upper_bound(from);
           it != end && !MayCompare(from, to); ++it) {
        ids.insert(it->second);
      }
      from = to;
    }
    return ids;
  }

  const unsigned seed_ = std::random_device()();
  std::mt19937 random_{seed_};
  std::set<std::string> open_;                        // gaps
  std::map<ledger::Revision, std::string> happened_;  // event ids
  std::vector<ledger::Revision> cuts_;
};

// Replicas that come and go in the middle of a load would lose or double what
// happened.
TEST_F(ReplicasTest, RandomRestartsAndCutsOfTheLogLoseAndDoubleNothing) {
  Start("one");
  Start("two");
  for (int i = 0; i < 400; ++i) {
    Flip();
    if (OneIn(25)) Restart(OneIn(2) ? "one" : "two");
    if (OneIn(25)) Compact();
    if (OneIn(40)) CutWhileDown();
  }
  std::set<std::string> told;
  const v1::ListAlertsResponse alerts = Alerts();
  for (const v1::Alert& alert : alerts.alerts()) {
    for (const v1::Event& event : alert.events()) {
      EXPECT_TRUE(told.insert(event.id()).second) << "twice: " << event.id();
    }
    EXPECT_EQ(alert.state() == v1::ALERT_STATE_FIRING,
              open_.count(absl::StrCat(kParent, "/coverageGaps/",
                                       IdOf(alert.site()))) > 0 &&
                  alert.events().rbegin()->kind() == v1::EVENT_KIND_GAP_OPENED);
  }
  EXPECT_FALSE(ForSure().empty());
  for (const std::string& id : ForSure()) {
    EXPECT_EQ(told.count(id), 1u) << "never: " << id;
  }
}

}  // namespace
}  // namespace lagesbild::notifications
