// If these fail, two changes of a site become one, or changes get lost or
// exchanged on their way.
#include "services/proximity/registry_news.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

News<Site> NewsOf(const std::string& cursor,
                  const std::vector<std::string>& sites) {
  News<Site> news;
  news.cursor = cursor;
  for (const std::string& id : sites) news.records[id] = std::nullopt;
  return news;
}

// The cursors of each run.
std::vector<std::vector<std::string>> Runs(std::vector<News<Site>> news) {
  std::vector<std::vector<std::string>> cursors;
  for (const auto& run : OncePerSite(std::move(news))) {
    cursors.emplace_back();
    for (const News<Site>& one : run) cursors.back().push_back(one.cursor);
  }
  return cursors;
}

TEST(OncePerSiteTest, DifferentSitesShareARun) {
  EXPECT_THAT(Runs({}), IsEmpty());
  EXPECT_THAT(Runs({NewsOf("1", {"a"}), NewsOf("2", {}), NewsOf("3", {"b"})}),
              ElementsAre(ElementsAre("1", "2", "3")));
}

TEST(OncePerSiteTest, ASiteThatComesAgainBeginsAnother) {
  EXPECT_THAT(
      Runs({NewsOf("1", {"a", "b"}), NewsOf("2", {"c", "b"}),
            NewsOf("3", {"a"}), NewsOf("4", {"a"})}),
      ElementsAre(ElementsAre("1"), ElementsAre("2", "3"), ElementsAre("4")));
}

}  // namespace
}  // namespace lagesbild::proximity
