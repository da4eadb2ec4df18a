// If these fail, a gap is missed, shown where there is none, or out of date
// after a restart or beside another replica.
#include <atomic>
#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "lib/access/caller.h"
#include "services/interventions/interventions_fixture.h"
#include "services/interventions/interventions_records.h"

namespace lagesbild::interventions {
namespace {

using registry::v1::PARTY_MUNICIPALITY;
using registry::v1::PARTY_POLICE;
using registry::v1::VERDICT_CEASED;
using registry::v1::VERDICT_OPEN;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;

// Moves a clock on for as long as it lives.
class Ticker {
 public:
  explicit Ticker(testing::FakeClock* clock)
      : thread_([this, clock] {
          while (!stopping_) {
            clock->Advance(absl::Milliseconds(10));
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
          }
        }) {}
  ~Ticker() {
    stopping_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

class InterventionsFollowerTest : public InterventionsFixture {
 protected:
  std::vector<ledger::RevisionChanges> Log() {
    const auto page = ledger_->ReadChanges(0, 1'000'000);
    EXPECT_THAT(page, IsOk());
    return page.ok() ? page->revisions : std::vector<ledger::RevisionChanges>();
  }

  // How often the record changed after a revision.
  int ChangesOf(const std::string& key, ledger::Revision after) {
    int count = 0;
    for (const auto& revision : Log()) {
      if (revision.revision <= after) continue;
      for (const auto& change : revision.changes) count += change.key == key;
    }
    return count;
  }
};

TEST_F(InterventionsFollowerTest, AnOpenSiteNearASchoolIsAGap) {
  AddOpenSite("near", 300);
  AddOpenSite("far", 900);
  AddSite("reported", 310);
  EXPECT_THAT(Gaps(), ElementsAre("near NO_MEASURE"));
}

TEST_F(InterventionsFollowerTest, AGapFollowsTheSitesStateAndPlace) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  MoveSite(site, 900);
  EXPECT_THAT(Gaps(), IsEmpty());
  MoveSite(site, 100);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  // One party alone does not close it.
  Assess(site, PARTY_POLICE, VERDICT_CEASED, "2023-11-01");
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  Assess(site, PARTY_MUNICIPALITY, VERDICT_CEASED, "2023-11-01");
  EXPECT_THAT(Gaps(), IsEmpty());
  // A ceased one that one party calls open counts as ceased meanwhile.
  Assess(site, PARTY_POLICE, VERDICT_OPEN, "2023-11-05");
  EXPECT_THAT(Gaps(), IsEmpty());
}

TEST_F(InterventionsFollowerTest, AnActiveMeasureClosesTheGap) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  ASSERT_OK_AND_ASSIGN(const auto planned,
                       interventions_->Create(coordinator_, PlanOf(site)));
  EXPECT_THAT(Gaps(), ElementsAre("s PLANNED_ONLY"));
  ASSERT_THAT(interventions_->Activate(coordinator_, planned.name()), IsOk());
  EXPECT_THAT(Gaps(), IsEmpty());
  ASSERT_THAT(interventions_->Complete(coordinator_, planned.name()), IsOk());
  EXPECT_THAT(Gaps(), ElementsAre("s ENDED_UNEVALUATED"));
}

TEST_F(InterventionsFollowerTest, ARestartGoesOnFromWhatIsStored) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  interventions_.reset();
  Agree(site, VERDICT_CEASED, "2023-11-01");
  AddOpenSite("t", 200);
  Start();
  EXPECT_THAT(Gaps(), ElementsAre("t NO_MEASURE"));
}

// After a long absence the log is gone: what is kept is compared with a
// snapshot.
TEST_F(InterventionsFollowerTest, ACompactedLogIsMadeUpForByASnapshot) {
  const std::string closes = AddOpenSite("closes", 300);
  AddOpenSite("stays", 200);
  EXPECT_THAT(Gaps(), ElementsAre("closes NO_MEASURE", "stays NO_MEASURE"));
  interventions_.reset();
  const auto before = ledger_->ReadHead()->revision;
  Agree(closes, VERDICT_CEASED, "2023-11-01");
  AddOpenSite("new", 100);
  // Proximity has come as far.
  ASSERT_THAT(proximity_->Exposures(office_, registry_->token()), IsOk());
  for (ledger::Ledger* upstream :
       {registry_ledger_.get(), proximity_ledger_.get()}) {
    ASSERT_THAT(upstream->Compact(upstream->ReadHead()->revision), IsOk());
  }
  RestartUpstreams();  // what they had in memory of the log is gone as well
  AddOpenSite("newer", 150);
  Start();
  const Ticker ticker(&clock_);  // a refused stream pauses before the next
  EXPECT_THAT(Gaps(), ElementsAre("new NO_MEASURE", "newer NO_MEASURE",
                                  "stays NO_MEASURE"));
  EXPECT_EQ(ChangesOf("gap/stays", before), 0);
  EXPECT_EQ(ChangesOf("kept/site/stays", before), 0);
  EXPECT_EQ(ChangesOf("gap/closes", before), 1);
}

// Two replicas at once must come to the same as one. That each thing is derived
// once is for interventions_replicas_test.cc.
TEST_F(InterventionsFollowerTest, TwoReplicasComeToTheSame) {
  TestInterventions other(ledger_.get(), &clock_, &ids_, registry_->channel(),
                          proximity_->channel());
  const auto seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  std::vector<std::string> expected;
  for (int i = 0; i < 12; ++i) {
    const std::string id = absl::StrCat("s", absl::Dec(i, absl::kZeroPad2));
    const std::string site = AddOpenSite(id, 300);
    switch (random() % 4) {
      case 0:
        MoveSite(site, 900);
        break;
      case 1:
        Agree(site, VERDICT_CEASED, "2023-11-01");
        break;
      case 2: {
        TestInterventions* replica =
            random() % 2 ? &other : interventions_.get();
        ASSERT_THAT(replica->Gaps(office_, registry_->token()), IsOk());
        ASSERT_THAT(replica->Create(coordinator_, PlanOf(site)), IsOk());
        expected.push_back(id + " PLANNED_ONLY");
        break;
      }
      default:
        expected.push_back(id + " NO_MEASURE");
    }
  }
  // Each shows what was written through the other once that has come to it.
  ASSERT_THAT(interventions_->Gaps(office_, other.token()), IsOk());
  EXPECT_EQ(Gaps(), expected);
  ASSERT_THAT(other.Gaps(office_, interventions_->token()), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto seen,
                       other.Gaps(office_, registry_->token()));
  EXPECT_EQ(seen.size(), expected.size());
}

// Readers of derived data must know how far it reflects what it came from.
TEST_F(InterventionsFollowerTest, ReadsTellWhatTheyReflect) {
  AddOpenSite("s", 300);
  ASSERT_THAT(interventions_->Gaps(office_, registry_->token()), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto token,
                       access::DecodeConsistencyToken(interventions_->token()));
  std::map<std::string, std::int64_t> reached;
  for (const auto& position : token.positions()) {
    reached[position.service()] = position.revision();
  }
  EXPECT_EQ(reached["registry"], registry_ledger_->ReadHead()->revision);
  EXPECT_GT(reached["proximity"], 0);
  EXPECT_GT(reached["interventions"], 0);
}

}  // namespace
}  // namespace lagesbild::interventions
