// If these fail, the figure of a past year shrinks with every scene that is
// withdrawn later, or a withdrawn one keeps its schools.
#include <tuple>

#include "services/proximity/exposure_watcher.h"
#include "services/proximity/proximity_fixture.h"
#include "services/proximity/proximity_records.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::StatusIs;
using Stub = v1::ProximityAnalysis::Stub;

constexpr char kSchool[] = "regions/stockholm/places/register-1";

// A site with a school beside it, open since the beginning of 2023.
class WithdrawnSitesTest : public ProximityFixture {
 protected:
  WithdrawnSitesTest() {
    EXPECT_THAT(Import({SchoolAt("1", 59.35, 18.1)}), IsOk());
    site_ = AddSite("s", 59.35, 18.1);
    Agree(registry::v1::VERDICT_OPEN, "2023-01-01");
  }

  void Say(registry::v1::Party party, registry::v1::Verdict verdict,
           const char* date) {
    EXPECT_THAT(registry_->Assess(office_, site_,
                                  registry::VerdictOf(party, verdict, date)),
                IsOk());
  }
  void Agree(registry::v1::Verdict verdict, const char* date) {
    Say(registry::v1::PARTY_MUNICIPALITY, verdict, date);
    Say(registry::v1::PARTY_POLICE, verdict, date);
  }
  void Withdraw(const char* date) {
    Agree(registry::v1::VERDICT_NOT_A_SCENE, date);
    Pairs();  // waits for it
  }

  template <typename Request, typename Response>
  Response On(const char* date,
              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                           Response*),
              Request request) {
    request.set_parent("regions/stockholm");
    request.mutable_as_of()->set_valid_date(date);
    const auto answer = proximity_->Call(viewer_, method, request);
    EXPECT_THAT(answer, IsOk());
    return answer.value_or(Response());
  }

  // Of all questions whether there is the site with its school: as many as
  // there are exposures, sites, sites with a school, and sites near the school.
  std::tuple<int, int, int, int> CountsOn(const char* date) {
    const auto listed =
        On(date, &Stub::ListExposures, v1::ListExposuresRequest());
    const auto figures =
        On(date, &Stub::SummarizeExposure, v1::SummarizeExposureRequest())
            .total();
    v1::FindSitesNearRequest near;
    near.set_place(kSchool);
    near.set_radius_m(500);
    const auto found = On(date, &Stub::FindSitesNear, near);
    return {listed.exposures_size(), figures.sites(), figures.sites_exposed(),
            found.sites_size()};
  }

  absl::Status FindPlacesOn(const char* date) {
    v1::FindPlacesNearRequest request;
    request.set_parent("regions/stockholm");
    request.set_site(site_);
    request.set_radius_m(500);
    request.mutable_as_of()->set_valid_date(date);
    return proximity_->Call(viewer_, &Stub::FindPlacesNear, request).status();
  }

  static constexpr auto kThere = std::tuple(1, 1, 1, 1);
  static constexpr auto kGone = std::tuple(0, 0, 0, 0);

  std::string site_;
};

TEST_F(WithdrawnSitesTest, ASiteAnswersForTheDaysOnWhichItWasOne) {
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1"));
  Withdraw("2023-11-05");
  EXPECT_THAT(Pairs(), IsEmpty());
  EXPECT_EQ(CountsOn("2023-06-01"), kThere);
  EXPECT_EQ(CountsOn("2023-11-04"), kThere);
  EXPECT_EQ(CountsOn("2023-11-05"), kGone);
  EXPECT_THAT(FindPlacesOn("2023-11-04"), IsOk());
  EXPECT_THAT(FindPlacesOn("2023-11-05"),
              StatusIs(absl::StatusCode::kNotFound));
}

// A ceased site keeps its schools: whoever reads joins with the state.
TEST_F(WithdrawnSitesTest, ACeasedSiteIsStillOne) {
  Agree(registry::v1::VERDICT_CEASED, "2023-11-01");
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1"));
}

// The agreed state goes on counting, also this one.
TEST_F(WithdrawnSitesTest, OnePartyAloneDoesNotTakeItUpAgain) {
  Withdraw("2023-11-05");
  Say(registry::v1::PARTY_POLICE, registry::v1::VERDICT_OPEN, "2023-11-10");
  EXPECT_THAT(Pairs(), IsEmpty());
  EXPECT_EQ(CountsOn("2023-11-07"), kGone);
  EXPECT_EQ(CountsOn("2023-11-12"), kGone);
  EXPECT_EQ(CountsOn("2023-11-04"), kThere);
}

TEST_F(WithdrawnSitesTest, TheDaysBetweenAreNoneOfIts) {
  Withdraw("2023-11-05");
  Agree(registry::v1::VERDICT_OPEN, "2023-11-10");
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1"));
  EXPECT_EQ(CountsOn("2023-11-04"), kThere);
  EXPECT_EQ(CountsOn("2023-11-07"), kGone);
  EXPECT_EQ(CountsOn("2023-11-12"), kThere);
}

TEST_F(WithdrawnSitesTest, WatchersHearThatTheSchoolIsLeft) {
  Pairs();
  ExposureWatcher today(proximity_.get(), viewer_, false, ledger_.get(),
                        &clock_);
  EXPECT_TRUE(today.ReadUntil([&] { return today.events().size() == 1; }));
  Withdraw("2023-11-05");
  EXPECT_TRUE(today.ReadUntil([&] { return today.events().size() == 2; }));
  EXPECT_THAT(today.events(), ElementsAre("+s~register-1", "-s~register-1"));
}

// A school that opens beside what is no scene any more is no exposure of any
// day.
TEST_F(WithdrawnSitesTest, ALaterSchoolIsNotNearIt) {
  Withdraw("2023-11-05");
  v1::Place later = SchoolAt("2", 59.35, 18.1);
  later.set_valid_from("2023-11-05");
  ASSERT_THAT(Import({SchoolAt("1", 59.35, 18.1), later}), IsOk());
  const auto stored =
      ledger_->ReadHistory(kExposurePrefix, ledger_->ReadHead()->revision);
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->size(), 1u);
}

// What an older version left out would be missing for ever.
TEST_F(WithdrawnSitesTest, AStoreOfTheOlderFormTakesItsSitesAnew) {
  Withdraw("2023-11-05");
  proximity_.reset();
  const auto cursor = ledger_->ReadVersions(kSitesCursorKey);
  ASSERT_THAT(cursor, IsOk());
  ledger::Transaction older;
  older.writes.push_back(
      {kSitesCursorKey2, cursor->back().value, std::nullopt});
  older.writes.push_back({kSitesCursorKey, std::nullopt, std::nullopt});
  older.writes.push_back(
      {absl::StrCat(kKeptSitePrefix, "s"), std::nullopt, std::nullopt});
  ASSERT_THAT(ledger::CommitAndWait(ledger_.get(), older), IsOk());
  const ledger::Revision before = ledger_->ReadHead()->revision;
  Start();
  EXPECT_THAT(Pairs(), IsEmpty());
  EXPECT_EQ(CountsOn("2023-06-01"), kThere);
  // And what was asked of then is answered still.
  v1::SummarizeExposureRequest request;
  request.set_parent("regions/stockholm");
  request.mutable_as_of()->set_revision(before);
  EXPECT_THAT(proximity_->Call(viewer_, &Stub::SummarizeExposure, request),
              IsOk());
}

}  // namespace
}  // namespace lagesbild::proximity
