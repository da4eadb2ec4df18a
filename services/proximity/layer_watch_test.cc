// If these fail, those who follow a layer are told that a school came near or
// went when nothing happened, twice, or not at all.
#include "services/proximity/exposure_watcher.h"
#include "services/proximity/proximity_fixture.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::IsEmpty;
using testing::IsOk;
using Stub = v1::ProximityAnalysis::Stub;

// So many degrees of latitude are a metre here.
constexpr double kMetre = 1 / 111'400.0;

v1::Place PreschoolAt(const std::string& id, double latitude,
                      double longitude) {
  v1::Place place = SchoolAt(id, latitude, longitude);
  place.set_kinds(0, v1::PLACE_KIND_PRESCHOOL);
  return place;
}

class LayerWatchTest : public ProximityFixture {
 protected:
  void AddPreschools300() {
    v1::CreateLayerRequest request;
    request.set_parent("regions/stockholm");
    request.set_layer_id("preschools-300");
    request.mutable_layer()->set_display_name("Preschools");
    request.mutable_layer()->add_kinds(v1::PLACE_KIND_PRESCHOOL);
    request.mutable_layer()->set_radius_m(300);
    ASSERT_THAT(proximity_->Call(office_, &Stub::CreateLayer, request), IsOk());
    AwaitLayer();
  }

  // Until its rule is in place.
  void AwaitLayer() {
    v1::GetLayerRequest request;
    request.set_name("regions/stockholm/layers/preschools-300");
    ASSERT_TRUE(Eventually([&] {
      const auto layer = proximity_->Call(viewer_, &Stub::GetLayer, request);
      return layer.ok() && layer->state() == v1::LAYER_STATE_ACTIVE;
    }));
  }

  // A site that reaches from 59.35 up to `north`.
  std::string AddOutline(const std::string& id, double north) {
    registry::v1::CreateSiteRequest request;
    request.set_parent(registry::kTestRegion);
    request.set_site_id(id);
    *request.mutable_site() = registry::SiteOf(
        "Site " + id, registry::BoxOf(59.35, 18.1, north, 18.101));
    const auto created = registry_->Call(
        office_, &registry::v1::SiteRegistry::Stub::CreateSite, request);
    EXPECT_THAT(created, IsOk());
    return created.ok() ? created->name() : "";
  }

  void DrawAnew(const std::string& site, double north) {
    registry::v1::UpdateSiteRequest request;
    request.mutable_site()->set_name(site);
    *request.mutable_site()->mutable_geometry() =
        registry::BoxOf(59.35, 18.1, north, 18.101);
    request.mutable_update_mask()->add_paths("geometry");
    ASSERT_THAT(
        registry_->Call(office_, &registry::v1::SiteRegistry::Stub::UpdateSite,
                        request),
        IsOk());
  }

  std::unique_ptr<ExposureWatcher> Watch(
      std::function<TestProximity*()> where = nullptr, bool steady = false) {
    if (!where) where = [this] { return proximity_.get(); };
    v1::WatchExposuresRequest wanted;
    wanted.set_steady(steady);
    access::v1::Caller member;  // is told at once
    member.set_suite_member("interventions");
    return std::make_unique<ExposureWatcher>(where, member, wanted,
                                             ledger_.get(), &clock_);
  }

  // Until the watcher has heard of all that was committed.
  void ReadAll(ExposureWatcher* watcher) {
    Pairs();
    watcher->ReadTo(ledger_->ReadHead()->revision);
  }
};

// The scene got smaller: the schools that it no longer reaches leave, those of
// every layer, each once, whichever replica tells and whatever was restarted.
TEST_F(LayerWatchTest, AnOutlineThatShrinksLeavesSchools) {
  ASSERT_THAT(Import({SchoolAt("far", 59.361, 18.1005),
                      SchoolAt("near", 59.352, 18.1005),
                      PreschoolAt("pre", 59.3595, 18.1005)}),
              IsOk());
  AddPreschools300();
  const std::string site = AddOutline("s", 59.358);
  ASSERT_THAT(Pairs(), ElementsAre("s~register-pre", "s~register-far",
                                   "s~register-near"));
  auto other = std::make_unique<TestProximity>(ledger_.get(), &clock_,
                                               registry_->channel());
  auto one = Watch();
  auto two = Watch([&] { return other.get(); });
  auto turns = Watch([&] { return other.get(); });
  one->ReadSnapshot();
  two->ReadSnapshot();
  turns->ReadSnapshot();
  turns->HangUp();

  DrawAnew(site, 59.357);
  ReadAll(one.get());
  ReadAll(two.get());
  one->HangUp();
  two->HangUp();
  proximity_.reset();
  other.reset();
  DrawAnew(site, 59.354);
  Start();
  other = std::make_unique<TestProximity>(ledger_.get(), &clock_,
                                          registry_->channel());
  ASSERT_THAT(Pairs(), ElementsAre("s~register-near"));
  for (ExposureWatcher* watcher : {one.get(), two.get(), turns.get()}) {
    watcher->Resume();
    ReadAll(watcher);
    EXPECT_THAT(watcher->transitions(),
                ElementsAre("changed s~register-pre", "changed s~register-far",
                            "changed s~register-near", "left s~register-pre",
                            "left s~register-far", "changed s~register-near"));
  }
}

// A layer that is added, widened or ended enters and leaves as a whole.
TEST_F(LayerWatchTest, ALayerEntersAndLeavesWithItsRule) {
  ASSERT_THAT(Import({PreschoolAt("1", 59.3595, 18.1005),
                      PreschoolAt("2", 59.3615, 18.1005)}),
              IsOk());
  AddOutline("s", 59.358);
  ASSERT_THAT(Pairs(), IsEmpty());
  auto watcher = Watch();
  watcher->ReadSnapshot();
  AddPreschools300();
  ReadAll(watcher.get());
  EXPECT_THAT(watcher->transitions(), ElementsAre("entered s~register-1"));
  v1::UpdateLayerRequest wider;
  wider.mutable_layer()->set_name("regions/stockholm/layers/preschools-300");
  wider.mutable_layer()->set_radius_m(500);
  ASSERT_THAT(proximity_->Call(office_, &Stub::UpdateLayer, wider), IsOk());
  AwaitLayer();
  v1::DeleteLayerRequest end;
  end.set_name("regions/stockholm/layers/preschools-300");
  ASSERT_THAT(proximity_->Call(office_, &Stub::DeleteLayer, end), IsOk());
  ReadAll(watcher.get());
  EXPECT_THAT(watcher->transitions(),
              ElementsAre("entered s~register-1", "changed s~register-1",
                          "entered s~register-2", "left s~register-1",
                          "left s~register-2"));
}

// Looking at something again is no news: the same import, a site's new note, a
// neighbour, a restart, a new day, the same rule found anew.
TEST_F(LayerWatchTest, WhatDidNotChangeIsNotTold) {
  const std::vector<v1::Place> places = {SchoolAt("1", 59.352, 18.1005),
                                         PreschoolAt("2", 59.352, 18.1005)};
  ASSERT_THAT(Import(places), IsOk());
  AddPreschools300();
  const std::string site = AddOutline("s", 59.358);
  ASSERT_EQ(Pairs().size(), 2U);
  auto watcher = Watch();
  watcher->ReadSnapshot();
  ASSERT_THAT(Import(places), IsOk());
  registry::v1::Site note;
  note.set_name(site);
  note.set_note("a note");
  ASSERT_THAT(registry_->Update(office_, note, {"note"}), IsOk());
  AddSite("elsewhere", 59.39, 18.1);
  ReadAll(watcher.get());
  watcher->HangUp();
  Start();
  const auto before = ledger_->ReadHead()->revision;
  clock_.JumpWall(absl::Hours(24));
  ASSERT_TRUE(Eventually([&] {
    return ledger_->ReadHead()->revision > before;
  })) << "the day has not turned";
  v1::UpdateLayerRequest again;
  again.mutable_layer()->set_name("regions/stockholm/layers/preschools-300");
  again.mutable_layer()->add_kinds(v1::PLACE_KIND_PRESCHOOL);
  again.mutable_layer()->add_kinds(v1::PLACE_KIND_TRANSIT);
  ASSERT_THAT(proximity_->Call(office_, &Stub::UpdateLayer, again), IsOk());
  AwaitLayer();
  watcher->Resume();
  ReadAll(watcher.get());
  EXPECT_THAT(watcher->transitions(), IsEmpty());
}

// An outline is drawn a hand's breadth further, again and again: who wants
// steady distances hears of it once it has come to a metre, also over restarts.
TEST_F(LayerWatchTest, SteadyDistancesLagBehindByLessThanAMetre) {
  ASSERT_THAT(Import({SchoolAt("1", 59.362, 18.1005)}), IsOk());
  const std::string site = AddOutline("s", 59.358);
  ASSERT_EQ(Pairs().size(), 1U);
  auto exact = Watch();
  auto steady = Watch(nullptr, true);
  exact->ReadSnapshot();
  steady->ReadSnapshot();
  for (int step = 1; step <= 4; ++step) {
    DrawAnew(site, 59.358 + step * 0.4 * kMetre);
    ReadAll(exact.get());
    ReadAll(steady.get());
    EXPECT_EQ(exact->transitions().size(), step);
    EXPECT_EQ(steady->transitions().size(), step < 3 ? 0 : 1) << step;
    exact->HangUp();
    steady->HangUp();
    Start();
    exact->Resume();
    steady->Resume();
  }
  // What matters is told at once.
  DrawAnew(site, 59.358 - 200 * kMetre);
  ReadAll(steady.get());
  EXPECT_THAT(steady->transitions(),
              ElementsAre("changed s~register-1", "left s~register-1"));
}

}  // namespace
}  // namespace lagesbild::proximity
