// The regional report as people and programs get it.

#include "cli/report.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/testing/status_matchers.h"

namespace lagesbild::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::StatusIs;

void AddFigure(const std::string& id, std::int64_t value,
               picture::v1::Picture* picture, const std::string& group = "") {
  picture::v1::Figure* figure = picture->add_figures();
  figure->set_id(id);
  figure->set_value(value);
  figure->set_unit("sites");
  figure->set_group(group);
}

ReportData Sample() {
  ReportData data;
  data.picture.set_name("regions/r");
  data.picture.set_valid_date("2024-02-20");
  data.picture.mutable_recorded_time()->set_seconds(1708430400);
  AddFigure("sites.total", 53, &data.picture);
  AddFigure("exposure.sites", 24, &data.picture);
  AddFigure("exposure.pairs", 31, &data.picture);
  AddFigure("gaps.total", 20, &data.picture);
  AddFigure("gaps.by_kind", 20, &data.picture, "NO_MEASURE");
  data.layer.set_radius_m(500);
  data.deliveries.delivered = 7;
  data.deliveries.pending = 1;
  return data;
}

ReportData Without(const std::string& id) {
  const ReportData all = Sample();
  ReportData data = all;
  data.picture.clear_figures();
  for (const picture::v1::Figure& figure : all.picture.figures()) {
    if (figure.id() != id) *data.picture.add_figures() = figure;
  }
  return data;
}

json Parsed(const ReportData& data) {
  const absl::StatusOr<std::string> text = ReportJson(data);
  return text.ok() ? json::parse(*text) : json();
}

TEST(ReportTest, ProgramsFindTheFigures) {
  const json report = Parsed(Sample());
  EXPECT_EQ(report["as_of"], "2024-02-20T12:00:00Z");
  EXPECT_EQ(report["sites"]["total"], 53);
  EXPECT_EQ(report["exposure"]["pairs"], 31);
  EXPECT_EQ(report["exposure"]["sites"], 24);
  EXPECT_EQ(report["gaps"]["known"], true);
  EXPECT_EQ(report["gaps"]["total"], 20);
  EXPECT_EQ(report["gaps"]["by_kind"]["NO_MEASURE"], 20);
  EXPECT_EQ(report["alerts"]["known"], true);
  EXPECT_EQ(report["alerts"]["delivered"], 7);
  EXPECT_EQ(report["alerts"]["pending"], 1);
}

// A newer gateway with other names, and the county would read that it has no
// open scenes.
TEST(ReportTest, AFigureThatIsMissingIsAnErrorAndNotZero) {
  for (const char* id :
       {"sites.total", "exposure.sites", "exposure.pairs", "gaps.total"}) {
    const ReportData data = Without(id);
    EXPECT_THAT(ReportJson(data), StatusIs(absl::StatusCode::kInternal)) << id;
    const auto text = ReportText(data);
    EXPECT_THAT(text, StatusIs(absl::StatusCode::kInternal)) << id;
    EXPECT_THAT(std::string(text.status().message()), HasSubstr(id));
  }
}

TEST(ReportTest, TheRadiusIsTheLayers) {
  ReportData data = Sample();
  EXPECT_EQ(Parsed(data)["exposure"]["radius_m"].dump(), "500");
  data.layer.set_radius_m(250.5);
  EXPECT_EQ(Parsed(data)["exposure"]["radius_m"].dump(), "250.5");
}

// A program must be able to read the members, and must not take "not for you"
// for none.
TEST(ReportTest, WhatIsNotKnownIsNullWithItsReason) {
  ReportData data = Without("gaps.total");
  data.gaps.unknown = "not told for a past day";
  data.deliveries.unknown = "your role does not see the deliveries";
  const json report = Parsed(data);
  EXPECT_EQ(report["gaps"]["known"], false);
  EXPECT_EQ(report["gaps"]["reason"], "not told for a past day");
  for (const char* member : {"total", "by_kind"}) {
    EXPECT_TRUE(report["gaps"].at(member).is_null()) << member;
  }
  EXPECT_EQ(report["alerts"]["known"], false);
  for (const char* member : {"delivered", "pending", "dead"}) {
    EXPECT_TRUE(report["alerts"].at(member).is_null()) << member;
  }
  ASSERT_OK_AND_ASSIGN(const std::string text, ReportText(data));
  EXPECT_THAT(text, HasSubstr("not known: not told for a past day"));
  EXPECT_THAT(text, HasSubstr("not known: your role"));
  EXPECT_THAT(text, Not(HasSubstr("0 delivered")));
}

TEST(ReportTest, PeopleReadGapsWithTheirReasons) {
  ReportData data = Sample();
  for (int i = 0; i < 20; ++i) {
    interventions::v1::CoverageGap gap;
    gap.set_site_display_name("Torget");
    gap.set_reason("no measure");
    gap.set_nearest_place_display_name("Norra skolan");
    gap.set_nearest_distance_m(120.4);
    data.gaps.gaps.push_back(gap);
  }
  ASSERT_OK_AND_ASSIGN(const std::string text, ReportText(data));
  EXPECT_THAT(text, HasSubstr("as recorded at 2024-02-20T12:00:00Z"));
  EXPECT_THAT(text, HasSubstr("Torget: no measure (Norra skolan, 120 m)"));
  EXPECT_THAT(text, HasSubstr("and 5 more"));
  EXPECT_THAT(text, HasSubstr("7 delivered, 1 pending"));
}

}  // namespace
}  // namespace lagesbild::cli
