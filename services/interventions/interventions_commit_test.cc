#include "services/interventions/interventions_commit.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/interventions/interventions_records.h"
#include "services/interventions/join_world.h"

namespace lagesbild::interventions {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);  // 2023-11-14
const base::Date kToday(2023, 11, 14);
constexpr std::nullopt_t kAny = std::nullopt;  // no revision is expected

class InterventionsCommitTest : public ::testing::Test {
 protected:
  // Both upstreams were followed, to revision 1.
  InterventionsCommitTest() {
    Apply(Commit([](CommitBuilder* b) { b->Take(Sites(1)); }));
    Apply(Commit([](CommitBuilder* b) { b->Take(Exposures(1, 1)); }));
    Apply(Commit([](CommitBuilder* b) { b->RollDay(kToday); }));
  }

  static SiteNews Sites(std::int64_t revision) {
    SiteNews news;
    news.kind = watch::DeliveryKind::kChanges;
    news.cursor = watch::EncodeCursor({"registry store", revision, "c"});
    news.reached = {At("registry", revision)};
    return news;
  }
  static ExposureNews Exposures(std::int64_t revision, std::int64_t basis) {
    ExposureNews news;
    news.kind = watch::DeliveryKind::kChanges;
    news.cursor = watch::EncodeCursor({"proximity store", revision, "c"});
    news.reached = {At("proximity", revision), At("registry", basis)};
    return news;
  }
  static SiteNews SiteOpens(std::int64_t revision) {
    SiteNews news = Sites(revision);
    Site site;
    site.state = SiteState::kOpen;
    site.municipality = "0180";
    news.records["s"] = site;
    return news;
  }
  static ExposureNews SchoolIsNear(std::int64_t revision, std::int64_t basis) {
    ExposureNews news = Exposures(revision, basis);
    Exposure exposure;
    exposure.site = "s";
    exposure.place = "p";
    news.records[absl::StrCat(kDefaultLayer, "~s~p")] = exposure;
    return news;
  }

  ledger::Transaction Commit(
      const std::function<void(CommitBuilder*)>& decide) const {
    CommitBuilder builder(state_, kNow);
    decide(&builder);
    return builder.Finish();
  }
  void Apply(const ledger::Transaction& transaction) {
    ++revision_;
    for (const ledger::Write& write : transaction.writes) {
      state_.Apply(write.key, write.value, revision_, kNow);
    }
  }

  // What is written, each with the revision that it expects.
  static std::map<std::string, std::optional<ledger::Revision>> Written(
      const ledger::Transaction& transaction) {
    std::map<std::string, std::optional<ledger::Revision>> written;
    for (const auto& write : transaction.writes) {
      written[write.key] = write.expected;
    }
    return written;
  }
  static std::map<std::string, ledger::Revision> Checked(
      const ledger::Transaction& transaction) {
    std::map<std::string, ledger::Revision> checked;
    for (const auto& check : transaction.checks) {
      checked[check.key] = check.expected;
    }
    return checked;
  }

  base::NullLogger logger_;
  InterventionsState state_{&logger_};
  ledger::Revision revision_ = 0;
};

// A crash between effect and cursor would lose a gap or open it twice; one
// between cursor and what is kept would lose the exposure.
TEST_F(InterventionsCommitTest, EffectCursorAndWhatIsKeptAreOneTransaction) {
  Apply(Commit([](CommitBuilder* b) { b->Take(SiteOpens(2)); }));
  const auto transaction =
      Commit([](CommitBuilder* b) { b->Take(SchoolIsNear(2, 2)); });
  EXPECT_THAT(Written(transaction),
              UnorderedElementsAre(
                  Pair("gap/s", kAny), Pair("undecided/s", kAny),
                  Pair("kept/exposure/primary-schools-500~s~p", kAny),
                  Pair(kProximityCursorKey, state_.proximity().revision)));
  EXPECT_GT(state_.proximity().revision, 0);
  EXPECT_THAT(
      Checked(transaction),
      UnorderedElementsAre(Pair(kRegistryCursorKey, state_.registry().revision),
                           Pair(kInterventionsKey, 0),
                           Pair(kDayKey, state_.day_revision())));
}

TEST_F(InterventionsCommitTest, ASiteIsKeptWithTheCursorThatToldOfIt) {
  const auto transaction =
      Commit([](CommitBuilder* b) { b->Take(SiteOpens(2)); });
  EXPECT_THAT(Written(transaction),
              UnorderedElementsAre(
                  Pair("kept/site/s", kAny), Pair("undecided/s", kAny),
                  Pair(kRegistryCursorKey, state_.registry().revision)));
}

// Whoever moves between reading and writing must not keep what is not for it.
TEST_F(InterventionsCommitTest, AnInterventionFollowsItsSiteInOneTransaction) {
  Apply(Commit([](CommitBuilder* b) { b->Take(SiteOpens(2)); }));
  Intervention planned;
  planned.id = "i";
  planned.sites = {"s"};
  planned.municipalities = {"0180"};
  Apply(Commit([&](CommitBuilder* b) { b->Put(planned); }));
  const ledger::Revision written = revision_;
  SiteNews moved = SiteOpens(3);
  moved.records["s"]->municipality = "0184";
  const auto transaction = Commit([&](CommitBuilder* b) { b->Take(moved); });
  EXPECT_THAT(Written(transaction),
              UnorderedElementsAre(
                  Pair("intervention/i", written), Pair("kept/site/s", kAny),
                  Pair("undecided/s", kAny), Pair(kInterventionsKey, written),
                  Pair(kRegistryCursorKey, state_.registry().revision)));
  Apply(transaction);
  EXPECT_THAT(state_.FindIntervention("i")->intervention.municipalities,
              ElementsAre("0184"));
}

// An overdue follow-up is decided with the day that it depends on.
TEST_F(InterventionsCommitTest, ADayIsWrittenAsItWasRead) {
  const auto next = Commit([](CommitBuilder* b) { b->RollDay(kToday + 1); });
  EXPECT_THAT(Written(next), ElementsAre(Pair(kDayKey, state_.day_revision())));
  const auto earlier = Commit([](CommitBuilder* b) { b->RollDay(kToday - 1); });
  EXPECT_THAT(Written(earlier), ::testing::IsEmpty());
}

}  // namespace
}  // namespace lagesbild::interventions
