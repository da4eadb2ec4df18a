// Whoever doubts a figure makes the calls that are printed behind it. Here they
// are read off the text and made.

#include "gateway/picture/figure_queries.h"

#include <algorithm>
#include <regex>
#include <set>
#include <tuple>
#include <vector>

#include "gateway/picture/picture_fixture.h"

namespace lagesbild::gateway {
namespace {

// Service.Method {parent: "…", filter: '…', as_of: {…}}
constexpr char kCall[] =
    R"re((\w+\.\w+) \{parent: "([^"]*)"(?:, filter: '([^']*)')?, )re"
    R"re(as_of: \{recorded_time: "([^"]*)"(?:, valid_date: "([^"]*)")?\}\})re";

class FigureQueriesTest : public PictureFixture {
 protected:
  // Open near a school, proposed near a school, contested near a school, open
  // without one; in two municipalities.
  void Populate() {
    Assess(Report("a", 59.32), rv::VERDICT_OPEN, "2024-01-10");
    Report("b", 59.45);
    const std::string contested = Report("c", 59.47);
    for (const auto& [caller, party, verdict] :
         {std::tuple(registry::MunicipalityCaller("0184"),
                     rv::PARTY_MUNICIPALITY, rv::VERDICT_NOT_A_SCENE),
          std::tuple(registry::PoliceCaller("0184"), rv::PARTY_POLICE,
                     rv::VERDICT_OPEN)}) {
      EXPECT_THAT(
          registry_.Assess(caller, contested,
                           registry::VerdictOf(party, verdict, "2024-01-10")),
          testing::IsOk());
    }
    Assess(Report("d", 59.36), rv::VERDICT_OPEN, "2024-01-10");
    ImportSchoolsNear({59.32, 59.321, 59.45, 59.47});
  }

  template <typename Request, typename Response, typename Service>
  Response List(std::unique_ptr<Service> stub,
                grpc::Status (Service::*method)(grpc::ClientContext*,
                                                const Request&, Response*),
                const std::smatch& call) {
    Request request;
    request.set_parent(call[2]);
    request.set_filter(call[3]);
    request.set_page_size(1000);
    request.mutable_as_of()->set_recorded_time(call[4]);
    request.mutable_as_of()->set_valid_date(call[5]);
    Response response;
    const auto context = As("police");
    EXPECT_THAT(
        rpc::FromGrpc(((*stub).*method)(context.get(), request, &response)),
        testing::IsOk())
        << call.str();
    return response;
  }

  // The site of each record that the call gives.
  std::vector<std::string> Sites(const std::smatch& call) {
    std::vector<std::string> sites;
    if (call[1] == "SiteRegistry.ListSites") {
      const auto page = List(rv::SiteRegistry::NewStub(door_),
                             &rv::SiteRegistry::Stub::ListSites, call);
      for (const auto& site : page.sites()) sites.push_back(site.name());
    } else if (call[1] == "ProximityAnalysis.ListExposures") {
      namespace pv = proximity::v1;
      const auto page = List(pv::ProximityAnalysis::NewStub(door_),
                             &pv::ProximityAnalysis::Stub::ListExposures, call);
      for (const auto& e : page.exposures()) sites.push_back(e.site());
    } else if (call[1] == "InterventionTracking.ListCoverageGaps") {
      namespace iv = interventions::v1;
      const auto page =
          List(iv::InterventionTracking::NewStub(door_),
               &iv::InterventionTracking::Stub::ListCoverageGaps, call);
      for (const auto& gap : page.gaps()) sites.push_back(gap.site());
    } else {
      ADD_FAILURE() << "no such call: " << call[1];
    }
    return sites;
  }

  // What somebody counts who does as the text says.
  std::int64_t Count(const std::string& query) {
    const std::string call(kCall);
    const std::regex shape("(each site once of )?" + call +
                           "(?: where site is in (.*))?");
    std::smatch match;
    if (!std::regex_match(query, match, shape)) return -1;
    std::smatch first;
    std::regex_search(query, first, std::regex(call));
    std::vector<std::string> sites = Sites(first);
    if (const std::string second = match[7]; !second.empty()) {
      std::smatch filter;
      if (!std::regex_match(second, filter, std::regex(call))) return -1;
      const auto allowed = Sites(filter);
      const std::set<std::string> in(allowed.begin(), allowed.end());
      sites.erase(
          std::remove_if(sites.begin(), sites.end(),
                         [&](const std::string& s) { return !in.count(s); }),
          sites.end());
    }
    if (match[1].length() == 0) return static_cast<std::int64_t>(sites.size());
    return static_cast<std::int64_t>(
        std::set<std::string>(sites.begin(), sites.end()).size());
  }

  void ExpectReproduced(const kv::Picture& picture) {
    for (const kv::Figure& figure : picture.figures()) {
      EXPECT_EQ(Count(figure.query()), figure.value())
          << figure.id() << " " << figure.group() << ": " << figure.query();
    }
  }
};

TEST_F(FigureQueriesTest, EveryFigureIsWhatItsQueryGives) {
  Populate();
  const kv::Picture picture = Now();
  EXPECT_EQ(ValueOf(picture, "exposure.pairs"), 2);
  EXPECT_EQ(ValueOf(picture, "exposure.sites"), 1);
  EXPECT_EQ(ValueOf(picture, "gaps.total"), 2);
  ExpectReproduced(picture);
}

// With every site merely proposed the figure was 0 and the query gave all.
TEST_F(FigureQueriesTest, SitesThatDoNotCountAreNotInTheQueryEither) {
  Report("b", 59.45);
  ImportSchoolsNear({59.45});
  const kv::Picture picture = Now();
  EXPECT_EQ(ValueOf(picture, "exposure.pairs"), 0);
  ExpectReproduced(picture);
}

TEST_F(FigureQueriesTest, OfSomeAreasAndOfOneSite) {
  Populate();
  kv::GetPictureRequest request;
  request.add_areas("0184");
  ASSERT_OK_AND_ASSIGN(kv::Picture picture, Get(request));
  EXPECT_EQ(ValueOf(picture, "gaps.total"), 1);
  ExpectReproduced(picture);
  request.set_site("regions/stockholm/sites/c");
  ASSERT_OK_AND_ASSIGN(picture, Get(request));
  ExpectReproduced(picture);
  request.add_areas("odd \"code\\");
  ASSERT_OK_AND_ASSIGN(picture, Get(request));
  ExpectReproduced(picture);
}

// The query behind last year's figure gave this year's.
TEST_F(FigureQueriesTest, OfAnEarlierTimeAndDay) {
  Populate();
  const std::string then = RecordedTime(Now());
  Assess("regions/stockholm/sites/b", rv::VERDICT_OPEN, "2024-02-01", "0184");
  ASSERT_OK_AND_ASSIGN(kv::Picture picture, AsOf(then));
  EXPECT_EQ(ValueOf(picture, "sites.total"), 2);
  ExpectReproduced(picture);
  ASSERT_OK_AND_ASSIGN(picture, AsOf("", "2024-01-15"));
  EXPECT_EQ(ValueOf(picture, "sites.total"), 2);
  ExpectReproduced(picture);
}

}  // namespace
}  // namespace lagesbild::gateway
