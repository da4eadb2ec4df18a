#include <iostream>
#include <random>
#include <set>

#include "gtest/gtest.h"
#include "services/notifications/decision_fixture.h"

namespace lagesbild::notifications {
namespace {

// A model of one gap's life: present or not, and the events that follow.
struct Model {
  std::map<std::string, bool> gaps;
  std::vector<std::pair<std::string, EventKind>> events;

  void Set(const std::string& site, bool present) {
    if (gaps[site] == present) return;
    gaps[site] = present;
    events.emplace_back(
        site, present ? EventKind::kGapOpened : EventKind::kGapClosed);
  }
};

// Whatever the order, and wherever commits begin and end, nothing is told twice
// and nothing is left out.
TEST(DecisionTest, RandomHistoriesInRandomBatchesFollowTheModel) {
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    Model model;
    Facts facts;
    Subscribe("sub", &facts);
    std::vector<std::pair<std::string, EventKind>> derived;
    std::set<std::string> ids;
    auto decision = std::make_unique<Decision>(&facts, kNow);
    for (int revision = 1; revision <= 200; ++revision) {
      const std::string site = absl::StrCat("s", random() % 5);
      const bool present = random() % 2 == 0;
      model.Set(site, present);
      if (present) {
        decision->GapIs(At(revision), GapOf(site));
      } else {
        decision->GapGone(At(revision), GapOf(site).name);
      }
      if (random() % 4 != 0 && revision < 200) continue;
      for (const Event& event : decision->effects().events) {
        derived.emplace_back(std::string(IdOf(event.site)), event.kind);
        EXPECT_TRUE(ids.insert(event.id).second);
      }
      Commit(decision->effects(), &facts);
      decision = std::make_unique<Decision>(&facts, kNow);
    }
    ASSERT_EQ(derived, model.events);
    ASSERT_EQ(facts.deliveries.size(), model.events.size());
    for (const auto& [site, present] : model.gaps) {
      EXPECT_EQ(facts.gaps.count(site) > 0, present);
      EXPECT_EQ(facts.open_alerts.count("gap/" + site) > 0, present);
    }
  }
}

// The same for sites, whose states are many.
TEST(DecisionTest, BatchesDoNotChangeWhatSitesTell) {
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    Facts one_by_one;
    Facts whole;
    Decision all(&whole, kNow);
    std::vector<std::string> singles;
    for (int revision = 1; revision <= 100; ++revision) {
      KeptSite site = SiteOf(absl::StrCat("s", random() % 3),
                             static_cast<SiteState>(1 + random() % 7));
      site.municipality = absl::StrCat(random() % 3);
      site.municipalities = {site.municipality, absl::StrCat(random() % 3)};
      Decision single(&one_by_one, kNow);
      const bool gone = random() % 10 == 0;
      for (Decision* decision : {&single, &all}) {
        if (gone) {
          decision->SiteGone(At(revision), site.name);
        } else {
          decision->SiteIs(At(revision), site);
        }
      }
      for (const Event& event : single.effects().events) {
        singles.push_back(event.id);
      }
      Commit(single.effects(), &one_by_one);
    }
    std::vector<std::string> together;
    for (const Event& event : all.effects().events) {
      together.push_back(event.id);
    }
    Commit(all.effects(), &whole);
    ASSERT_EQ(singles, together);
    ASSERT_EQ(one_by_one.open_alerts, whole.open_alerts);
    for (const auto& [fingerprint, id] : whole.open_alerts) {
      ASSERT_EQ(one_by_one.alerts.at(id).value->told,
                whole.alerts.at(id).value->told);
    }
  }
}

}  // namespace
}  // namespace lagesbild::notifications
