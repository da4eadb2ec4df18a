#include "gateway/picture/figures.h"

#include "gateway/picture/situations.h"
#include "gtest/gtest.h"

namespace lagesbild::gateway {
namespace {

namespace rv = ::lagesbild::registry::v1;

SituationPtr Make(const std::string& id, rv::SiteState state,
                  rv::SiteState counted, const std::string& municipality,
                  int exposures, bool gap) {
  auto situation = std::make_shared<picture::v1::Situation>();
  situation->mutable_site()->set_name("regions/r/sites/" + id);
  situation->mutable_site()->set_state(state);
  situation->mutable_site()->set_counted_state(counted);
  situation->mutable_site()->set_municipality(municipality);
  for (int i = 0; i < exposures; ++i) {
    situation->add_exposures()->set_layer(
        "regions/r/layers/primary-schools-500");
  }
  // What lies near a place of another layer is another question.
  situation->add_exposures()->set_layer("regions/r/layers/stations-200");
  if (gap) situation->mutable_gap();
  return situation;
}

std::int64_t ValueOf(const std::vector<picture::v1::Figure>& figures,
                     const std::string& id, const std::string& group = "") {
  for (const auto& figure : figures) {
    if (figure.id() == id && figure.group() == group) return figure.value();
  }
  return -1;
}

std::vector<picture::v1::Figure> Sample(Gaps gaps = Gaps::kKnown) {
  return ComputeFigures(
      {.region = "regions/r", .as_of = {}, .areas = {}, .site = ""},
      {Make("a", rv::SITE_STATE_OPEN, rv::SITE_STATE_OPEN, "0180", 2, true),
       Make("b", rv::SITE_STATE_PENDING, rv::SITE_STATE_OPEN, "0180", 0, false),
       Make("c", rv::SITE_STATE_PENDING, rv::SITE_STATE_CEASED, "0184", 1,
            true),
       Make("d", rv::SITE_STATE_CONTESTED, rv::SITE_STATE_CONTESTED, "0184", 1,
            true),
       Make("e", rv::SITE_STATE_CEASED, rv::SITE_STATE_CEASED, "0184", 3,
            false)},
      {{"0180", "Staden"}}, gaps);
}

// Totals must not sag while one party's closing waits for the other's word, nor
// swell with what is contested.
TEST(FiguresTest, WhatIsAgreedToBeOpenCounts) {
  const auto figures = Sample();
  EXPECT_EQ(ValueOf(figures, "sites.total"), 2);
  EXPECT_EQ(ValueOf(figures, "sites.by_state", "CONTESTED"), 1);
  EXPECT_EQ(ValueOf(figures, "sites.by_state", "PENDING"), 2);
  EXPECT_EQ(ValueOf(figures, "sites.by_state", "PROPOSED"), 0);
  EXPECT_EQ(ValueOf(figures, "sites.by_municipality", "0180"), 2);
}

TEST(FiguresTest, ExposureIsCountedOverCountingSites) {
  const auto figures = Sample();
  EXPECT_EQ(ValueOf(figures, "exposure.sites"), 1);
  EXPECT_EQ(ValueOf(figures, "exposure.pairs"), 2);
  EXPECT_EQ(ValueOf(figures, "gaps.total"), 3);
}

// A figure that nobody can tell is not 0.
TEST(FiguresTest, WhatIsNotKnownIsNotThere) {
  const auto figures = Sample(Gaps::kUnknown);
  EXPECT_EQ(ValueOf(figures, "gaps.total"), -1);
  EXPECT_EQ(ValueOf(figures, "gaps.by_kind", "NO_MEASURE"), -1);
  EXPECT_EQ(ValueOf(figures, "exposure.sites"), 1);
}

// "11 in Stockholm": a number without its unit becomes another number.
TEST(FiguresTest, EveryFigureSaysWhatItIsAndHowToComeToItAgain) {
  for (const auto& figure : Sample()) {
    EXPECT_FALSE(figure.unit().empty()) << figure.id();
    EXPECT_FALSE(figure.definition().empty()) << figure.id();
    EXPECT_FALSE(figure.query().empty()) << figure.id();
  }
}

// Records come from four services in any order.
TEST(SituationsTest, WhatComesBeforeItsSiteIsKeptForIt) {
  Situations situations;
  proximity::v1::Exposure exposure;
  exposure.set_name("regions/r/exposures/e");
  exposure.set_site("regions/r/sites/a");
  situations.Put(exposure);
  EXPECT_FALSE(situations.Find("regions/r/sites/a").has_value());
  situations.TakeTouched();
  rv::Site site;
  site.set_name("regions/r/sites/a");
  situations.Put(site);
  EXPECT_EQ(situations.TakeTouched().count("regions/r/sites/a"), 1u);
  ASSERT_TRUE(situations.Find("regions/r/sites/a").has_value());
  EXPECT_EQ(situations.Find("regions/r/sites/a")->exposures_size(), 1);
  situations.RemoveExposure("regions/r/exposures/e");
  EXPECT_EQ(situations.TakeTouched().count("regions/r/sites/a"), 1u);
  EXPECT_EQ(situations.Find("regions/r/sites/a")->exposures_size(), 0);
}

}  // namespace
}  // namespace lagesbild::gateway
