// If these fail, whoever watches the terminal cannot tell what changed where.
#include "cli/watch_lines.h"

#include "gtest/gtest.h"

namespace lagesbild::cli {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace kv = ::lagesbild::picture::v1;
namespace nv = ::lagesbild::notifications::v1;
namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;
namespace wv = ::lagesbild::watch::v1;

rv::Site Square() {
  rv::Site site;
  site.set_name("regions/r/sites/square");
  site.set_display_name("The\nsquare");
  site.set_municipality("0180");
  site.set_state(rv::SITE_STATE_OPEN);
  return site;
}

wv::WatchHeader Header(wv::MessageKind kind) {
  wv::WatchHeader header;
  header.set_kind(kind);
  if (kind == wv::MESSAGE_KIND_CHANGE) {
    header.mutable_recorded_time()->set_seconds(1700000000);
  }
  return header;
}

// A name alone says neither when nor what.
TEST(WatchLineTest, AChangeSaysWhenWhatAndWhere) {
  rv::SiteChange change;
  change.set_type(wv::CHANGE_TYPE_UPSERTED);
  *change.mutable_site() = Square();
  EXPECT_EQ(WatchLine(Header(wv::MESSAGE_KIND_CHANGE), change),
            "2023-11-14T22:13:20Z  changed  square  The square  0180  OPEN");
  EXPECT_EQ(WatchLine(Header(wv::MESSAGE_KIND_SNAPSHOT), change),
            "                      there    square  The square  0180  OPEN");
  change.set_type(wv::CHANGE_TYPE_REMOVED);
  change.mutable_site()->clear_display_name();
  EXPECT_EQ(WatchLine(Header(wv::MESSAGE_KIND_CHANGE), change),
            "2023-11-14T22:13:20Z  gone     square");
}

// A school that came near and one whose distance changed would look the same.
TEST(WatchLineTest, AnExposureSaysWhichWayItWent) {
  pv::ExposureChange change;
  change.set_type(wv::CHANGE_TYPE_UPSERTED);
  change.set_transition(pv::EXPOSURE_TRANSITION_ENTERED);
  change.mutable_exposure()->set_name("regions/r/exposures/l~s~p");
  change.mutable_exposure()->set_place_display_name("School");
  change.mutable_exposure()->set_municipality("0180");
  change.mutable_exposure()->set_verdict(pv::VERDICT_DEFINITE);
  change.mutable_exposure()->set_distance_m(120);
  EXPECT_EQ(WatchLine(Header(wv::MESSAGE_KIND_CHANGE), change),
            "2023-11-14T22:13:20Z  entered  l~s~p  School  0180  DEFINITE  "
            "120.0 m");
  change.set_transition(pv::EXPOSURE_TRANSITION_CHANGED);
  EXPECT_EQ(WatchLine(Header(wv::MESSAGE_KIND_CHANGE), change),
            "2023-11-14T22:13:20Z  changed  l~s~p  School  0180  DEFINITE  "
            "120.0 m");
  change.set_type(wv::CHANGE_TYPE_REMOVED);
  change.set_transition(pv::EXPOSURE_TRANSITION_LEFT);
  EXPECT_EQ(WatchLine(Header(wv::MESSAGE_KIND_CHANGE), change),
            "2023-11-14T22:13:20Z  left     l~s~p");
}

// The picture's line is the one that people act on.
TEST(WatchLineTest, ASituationSaysWhetherItHasAGap) {
  kv::SituationChange change;
  change.set_type(wv::CHANGE_TYPE_UPSERTED);
  change.mutable_situation()->set_name("regions/r/situations/square");
  *change.mutable_situation()->mutable_site() = Square();
  change.mutable_situation()->add_exposures();
  EXPECT_EQ(WatchLine(Header(wv::MESSAGE_KIND_CHANGE), change),
            "2023-11-14T22:13:20Z  changed  square  The square  0180  OPEN  "
            "no gap  places 1  measures 0  alerts 0");
  change.mutable_situation()->mutable_gap()->set_kind(
      iv::GAP_KIND_PLANNED_ONLY);
  EXPECT_EQ(WatchLine(Header(wv::MESSAGE_KIND_CHANGE), change),
            "2023-11-14T22:13:20Z  changed  square  The square  0180  OPEN  "
            "PLANNED_ONLY  places 1  measures 0  alerts 0");
}

TEST(WatchLineTest, AnAlertSaysWhatHappenedLast) {
  nv::AlertChange change;
  change.set_type(wv::CHANGE_TYPE_UPSERTED);
  nv::Alert* alert = change.mutable_alert();
  alert->set_name("regions/r/alerts/a");
  alert->set_municipality("0180");
  alert->set_state(nv::ALERT_STATE_FIRING);
  alert->add_events()->set_kind(nv::EVENT_KIND_SITE_OPENED);
  nv::Event* last = alert->add_events();
  last->set_kind(nv::EVENT_KIND_GAP_OPENED);
  last->set_display_name("Square");
  EXPECT_EQ(WatchLine(Header(wv::MESSAGE_KIND_CHANGE), change),
            "2023-11-14T22:13:20Z  changed  a  Square  0180  FIRING  "
            "GAP_OPENED");
}

}  // namespace
}  // namespace lagesbild::cli
