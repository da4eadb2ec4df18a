// If these fail, a place is counted as open, ceased or contested when it is
// not.
#include "services/registry/registry.h"

#include <algorithm>
#include <iostream>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Party kM = Party::kMunicipality;
constexpr Party kP = Party::kPolice;
constexpr Verdict kOpen = Verdict::kOpen;
constexpr Verdict kCeased = Verdict::kCeased;
constexpr Verdict kNot = Verdict::kNotAScene;

base::Date Day(const std::string& text) { return *base::ParseDate(text); }

// Recorded `recorded` days after some start.
Assessment Says(Party party, Verdict verdict, const std::string& from,
                const std::string& evidence, int recorded) {
  Assessment a;
  a.party = party;
  a.verdict = verdict;
  a.valid_from = Day(from);
  a.evidence_date = Day(evidence);
  a.create_time =
      absl::FromUnixSeconds(1700000000) + absl::Hours(24 * recorded);
  return a;
}

struct Case {
  std::string name;
  std::vector<Assessment> assessments;
  std::string date;
  SiteState state;
  SiteState counted;
  std::string since;
};

class StateTable : public ::testing::TestWithParam<Case> {};

std::string SinceOf(const Standing& standing) {
  return standing.since ? base::FormatDate(*standing.since) : "";
}

TEST_P(StateTable, FollowsFromTheVerdicts) {
  const Case& c = GetParam();
  const Standing standing = StandingOn(c.assessments, Day(c.date));
  EXPECT_EQ(standing.state, c.state);
  EXPECT_EQ(standing.counted, c.counted);
  EXPECT_EQ(SinceOf(standing), c.since);
  EXPECT_FALSE(standing.reasons.empty());
}

const std::vector<Assessment>& BothOpen() {
  static const auto* both = new std::vector<Assessment>{
      Says(kM, kOpen, "2022-01-01", "2022-01-10", 0),
      Says(kP, kOpen, "2022-02-01", "2022-02-10", 1)};
  return *both;
}

std::vector<Assessment> BothOpenAnd(std::vector<Assessment> more) {
  std::vector<Assessment> all = BothOpen();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<Case> FirstWords() {
  return {
      {"NothingRecorded",
       {},
       "2024-01-01",
       SiteState::kProposed,
       SiteState::kProposed,
       ""},
      {"OneOpen",
       {Says(kP, kOpen, "2023-03-01", "2023-03-02", 0)},
       "2024-01-01",
       SiteState::kProposed,
       SiteState::kProposed,
       "2023-03-01"},
      {"OneCeased",
       {Says(kP, kCeased, "2023-03-01", "2023-03-02", 0)},
       "2024-01-01",
       SiteState::kProposed,
       SiteState::kProposed,
       "2023-03-01"},
      {"BeforeAnyVerdict", BothOpen(), "2021-12-31", SiteState::kUnspecified,
       SiteState::kUnspecified, ""},
      {"OnTheFirstDay", BothOpen(), "2022-01-01", SiteState::kProposed,
       SiteState::kProposed, "2022-01-01"},
      {"TheDayBeforeTheSecond", BothOpen(), "2022-01-31", SiteState::kProposed,
       SiteState::kProposed, "2022-01-01"},
      {"BothOpen", BothOpen(), "2022-02-01", SiteState::kOpen, SiteState::kOpen,
       "2022-02-01"},
      {"FirstWordsDiffer",
       {Says(kM, kOpen, "2023-01-01", "2023-01-01", 0),
        Says(kP, kNot, "2023-02-01", "2023-02-01", 1)},
       "2024-01-01",
       SiteState::kContested,
       SiteState::kContested,
       "2023-02-01"},
      {"FirstWordsDifferThenConcur",
       {Says(kM, kOpen, "2023-01-01", "2023-01-01", 0),
        Says(kP, kNot, "2023-02-01", "2023-02-01", 1),
        Says(kM, kNot, "2023-05-01", "2023-05-02", 2)},
       "2024-01-01",
       SiteState::kWithdrawn,
       SiteState::kWithdrawn,
       "2023-05-01"},
      {"BothNotAScene",
       {Says(kM, kNot, "2023-01-01", "2023-01-01", 0),
        Says(kP, kNot, "2023-02-01", "2023-02-01", 1)},
       "2024-01-01",
       SiteState::kWithdrawn,
       SiteState::kWithdrawn,
       "2023-02-01"},
  };
}

std::vector<Case> Closings() {
  const auto one = Says(kP, kCeased, "2023-06-01", "2023-06-15", 2);
  return {
      {"AClosingTakesTwo", BothOpenAnd({one}), "2023-07-01",
       SiteState::kPending, SiteState::kOpen, "2023-06-01"},
      {"BeforeTheClosingHolds", BothOpenAnd({one}), "2023-05-31",
       SiteState::kOpen, SiteState::kOpen, "2022-02-01"},
      {"CeasedFromTheLaterDay",
       BothOpenAnd({one, Says(kM, kCeased, "2023-09-01", "2023-09-15", 3)}),
       "2023-12-31", SiteState::kCeased, SiteState::kCeased, "2023-09-01"},
      {"PendingBetweenTheTwoDays",
       BothOpenAnd({one, Says(kM, kCeased, "2023-09-01", "2023-09-15", 3)}),
       "2023-08-31", SiteState::kPending, SiteState::kOpen, "2023-06-01"},
      {"ReconfirmedOpenKeepsItsDay",
       BothOpenAnd({Says(kM, kOpen, "2023-01-01", "2023-01-05", 2)}),
       "2023-12-31", SiteState::kOpen, SiteState::kOpen, "2022-02-01"},
      {"ADepartureTakenBack",
       BothOpenAnd({one, Says(kP, kOpen, "2023-08-01", "2023-08-05", 3)}),
       "2023-12-31", SiteState::kOpen, SiteState::kOpen, "2023-08-01"},
      {"AReopeningIsPendingToo",
       BothOpenAnd({one, Says(kM, kCeased, "2023-06-01", "2023-06-20", 3),
                    Says(kP, kOpen, "2024-02-01", "2024-02-02", 4)}),
       "2024-03-01", SiteState::kPending, SiteState::kCeased, "2024-02-01"},
  };
}

// Spring 2025: published as open while local police said that it had been
// closed for eighteen months.
std::vector<Case> Storvreten() {
  const auto closed = Says(kP, kCeased, "2023-10-01", "2025-03-01", 2);
  const auto still_open = Says(kM, kOpen, "2025-04-01", "2025-04-02", 3);
  const auto agrees = Says(kM, kCeased, "2025-05-01", "2025-05-02", 4);
  return {
      {"StorvretenPoliceSpoke", BothOpenAnd({closed}), "2025-03-15",
       SiteState::kPending, SiteState::kOpen, "2023-10-01"},
      {"StorvretenDisputed", BothOpenAnd({closed, still_open}), "2025-04-15",
       SiteState::kContested, SiteState::kContested, "2025-04-01"},
      {"StorvretenResolved", BothOpenAnd({closed, still_open, agrees}),
       "2025-06-01", SiteState::kCeased, SiteState::kCeased, "2025-05-01"},
      {"StorvretenStaysContested",
       BothOpenAnd(
           {closed, still_open, Says(kP, kNot, "2025-05-01", "2025-05-02", 4)}),
       "2025-06-01", SiteState::kContested, SiteState::kContested,
       "2025-04-01"},
  };
}

std::vector<Case> EvidenceOrder() {
  const auto closed = Says(kP, kCeased, "2023-06-01", "2023-06-15", 2);
  return {
      {"OlderEvidenceRecordedLateChangesNothing",
       BothOpenAnd({Says(kP, kCeased, "2021-06-01", "2021-06-15", 9)}),
       "2023-01-01", SiteState::kOpen, SiteState::kOpen, "2022-02-01"},
      {"OlderEvidenceOfTheOtherDoesNotDispute",
       BothOpenAnd({closed, Says(kM, kOpen, "2023-05-01", "2023-06-14", 9)}),
       "2023-07-01", SiteState::kPending, SiteState::kOpen, "2023-06-01"},
      {"EvidenceOfTheSameDayRecordedLaterDisputes",
       BothOpenAnd({closed, Says(kM, kOpen, "2023-06-10", "2023-06-15", 9)}),
       "2023-07-01", SiteState::kContested, SiteState::kContested,
       "2023-06-10"},
      {"BothDepartDifferently",
       BothOpenAnd({closed, Says(kM, kNot, "2023-07-01", "2023-07-02", 3)}),
       "2023-08-01", SiteState::kContested, SiteState::kContested,
       "2023-07-01"},
      {"TheDeparterMaySpeakAgain",
       BothOpenAnd({closed, Says(kP, kNot, "2023-07-01", "2023-07-02", 3)}),
       "2023-08-01", SiteState::kPending, SiteState::kOpen, "2023-06-01"},
      {"ACorrectionOnTheSameEvidence",
       BothOpenAnd({closed, Says(kP, kOpen, "2023-06-01", "2023-06-15", 3)}),
       "2023-07-01", SiteState::kOpen, SiteState::kOpen, "2022-02-01"},
  };
}

std::string NameOf(const ::testing::TestParamInfo<Case>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(First, StateTable, ::testing::ValuesIn(FirstWords()),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Closing, StateTable, ::testing::ValuesIn(Closings()),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Storvreten, StateTable,
                         ::testing::ValuesIn(Storvreten()), NameOf);
INSTANTIATE_TEST_SUITE_P(Evidence, StateTable,
                         ::testing::ValuesIn(EvidenceOrder()), NameOf);

TEST(StandingTest, ReasonsNameBothWords) {
  const auto standing = StandingOn(
      BothOpenAnd({Says(kP, kCeased, "2023-06-01", "2023-06-15", 2)}),
      Day("2023-07-01"));
  EXPECT_THAT(standing.reasons,
              ElementsAre(HasSubstr("municipality: open"),
                          HasSubstr("police: ceased from 2023-06-01"),
                          HasSubstr("open counts on")));
}

TEST(StandingTest, EvidenceGrowsStaleAfterTwelveMonths) {
  EXPECT_FALSE(StandingOn(BothOpen(), Day("2023-02-10")).stale);
  EXPECT_TRUE(StandingOn(BothOpen(), Day("2023-02-11")).stale);
}

std::vector<Assessment> RandomAssessments(std::mt19937_64* random) {
  const auto pick = [&](int n) { return static_cast<int>((*random)() % n); };
  std::vector<Assessment> all;
  const int count = pick(9);
  for (int i = 0; i < count; ++i) {
    Assessment a;
    a.party = pick(2) == 0 ? kM : kP;
    a.verdict = static_cast<Verdict>(1 + pick(3));
    a.valid_from = Day("2023-01-01") + pick(30);
    a.evidence_date = Day("2023-01-01") + pick(30);
    a.create_time = absl::FromUnixSeconds(pick(5));
    all.push_back(a);
  }
  return all;
}

// What the words alone say, whatever came before.
void CheckAgainstLastWords(const std::vector<Assessment>& all, base::Date date,
                           const Standing& standing) {
  const Assessment* last[2] = {nullptr, nullptr};
  for (const Assessment& a : all) {
    const Assessment*& mine = last[a.party == kP];
    const auto key = [](const Assessment& x) {
      return std::make_tuple(x.evidence_date, x.create_time, x.valid_from,
                             x.verdict);
    };
    if (a.valid_from <= date && (mine == nullptr || key(*mine) <= key(a))) {
      mine = &a;
    }
  }
  if (last[0] == nullptr || last[1] == nullptr) return;
  const bool same = last[0]->verdict == last[1]->verdict;
  const bool settled = standing.state == SiteState::kOpen ||
                       standing.state == SiteState::kCeased ||
                       standing.state == SiteState::kWithdrawn;
  EXPECT_EQ(same, settled);
}

TEST(StandingTest, DoesNotDependOnTheOrderOfAssessments) {
  const std::uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  for (int round = 0; round < 3000; ++round) {
    std::vector<Assessment> all = RandomAssessments(&random);
    const base::Date date = Day("2023-01-01") + static_cast<int>(random() % 31);
    const Standing first = StandingOn(all, date);
    std::shuffle(all.begin(), all.end(), random);
    const Standing second = StandingOn(all, date);
    ASSERT_EQ(first.state, second.state);
    ASSERT_EQ(first.counted, second.counted);
    ASSERT_EQ(first.since, second.since);
    ASSERT_EQ(first.reasons, second.reasons);
    CheckAgainstLastWords(all, date, first);
    ASSERT_FALSE(::testing::Test::HasFailure()) << "round " << round;
  }
}

TEST(StandingTest, HoldsOnEveryDaySinceItsFirst) {
  const std::uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  for (int round = 0; round < 1000; ++round) {
    const std::vector<Assessment> all = RandomAssessments(&random);
    const base::Date date = Day("2023-01-01") + static_cast<int>(random() % 31);
    const Standing now = StandingOn(all, date);
    if (!now.since) continue;
    for (base::Date day = *now.since; day <= date; ++day) {
      ASSERT_EQ(StandingOn(all, day).state, now.state);
    }
    ASSERT_NE(StandingOn(all, *now.since - 1).state, now.state);
  }
}

// Whoever keeps the dates would count another picture of a past day than the
// register does.
TEST(StandingTest, DatedStatesSayTheSameOfEveryDay) {
  const std::uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    Site site;
    site.create_time = absl::FromUnixSeconds(1673000000);  // 2023-01-06
    if (round % 10 > 0) site.assessments = RandomAssessments(&random);
    const std::vector<DatedState> states = StatesOf(site);
    DatedState now;
    auto next = states.begin();
    for (base::Date day = Day("2022-12-01"); day < Day("2023-03-01"); ++day) {
      if (next != states.end() && next->from == day) now = *next++;
      const Standing standing = StandingOf(site, day);
      ASSERT_EQ(now.state, standing.state) << "round " << round;
      ASSERT_EQ(now.counted, standing.counted) << "round " << round;
    }
    ASSERT_TRUE(next == states.end());
  }
}

TEST(SameForPartnersTest, HiddenNotesDoNotCount) {
  Site site;
  site.assessments = BothOpen();
  Site other = site;
  other.law_enforcement_note = "seen by the police alone";
  other.assessments[0].note = "seen by those responsible";
  other.update_time = absl::Now();
  EXPECT_TRUE(SameForPartners(site, other));
  other.note = "seen by all";
  EXPECT_FALSE(SameForPartners(site, other));
}

}  // namespace
}  // namespace lagesbild::registry
