// If these fail, a standing rule is put in place that nobody asks for any more,
// or with exposures of something that has changed since, or never.
#include "services/proximity/proximity_fixture.h"
#include "services/proximity/proximity_records.h"
#include "tests/testing/faulty_ledger.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::StatusIs;
using Stub = v1::ProximityAnalysis::Stub;

constexpr char kLayer[] = "regions/stockholm/layers/preschools";

v1::Place PreschoolAt(const std::string& id, double latitude) {
  v1::Place place = SchoolAt(id, latitude, 18.1);
  place.set_kinds(0, v1::PLACE_KIND_PRESCHOOL);
  return place;
}

// A site with preschools at 111 and 446 m. What a layer's building commits is
// held back until it is let go.
class LayerWorkTest : public ProximityFixture {
 protected:
  LayerWorkTest() {
    proximity_ = std::make_unique<TestProximity>(&faulty_, &clock_,
                                                 registry_->channel());
    EXPECT_THAT(Import({PreschoolAt("1", 59.351), PreschoolAt("2", 59.354)}),
                IsOk());
    AddSite("s", 59.35, 18.1);
    EXPECT_THAT(Pairs(), IsEmpty());
    faulty_.HoldCommits("BuildLayer");
  }
  // It stands before the ledger, and so goes after who uses it.
  ~LayerWorkTest() override {
    faulty_.Release();
    proximity_.reset();
  }

  void Create(double radius) {
    v1::CreateLayerRequest request;
    request.set_parent("regions/stockholm");
    request.set_layer_id("preschools");
    request.mutable_layer()->set_display_name("Preschools");
    request.mutable_layer()->add_kinds(v1::PLACE_KIND_PRESCHOOL);
    request.mutable_layer()->set_radius_m(radius);
    ASSERT_THAT(proximity_->Call(office_, &Stub::CreateLayer, request), IsOk());
  }
  // Until what was found waits to be stored.
  void CreateAndFind(double radius) {
    Create(radius);
    ASSERT_TRUE(Eventually([this] { return faulty_.held() == 1; }));
  }

  // As another replica would; here, whoever commits waits for the turn of what
  // is held.
  void ChangeElsewhere(const std::optional<proximity::Layer>& layer) {
    ledger::Transaction transaction;
    transaction.writes.push_back(
        {"layer/preschools",
         layer ? std::optional(EncodeLayer(*layer)) : std::nullopt,
         std::nullopt});
    transaction.writes.push_back({kPlacesKey, EncodeAnswer({}), std::nullopt});
    ASSERT_THAT(ledger::CommitAndWait(ledger_.get(), transaction), IsOk());
  }

  static proximity::Layer Wider() {
    proximity::Layer layer{
        .id = "preschools", .display_name = "Wider", .kinds = {}, .radius = {}};
    layer.pending = LayerRule{{PlaceKind::kPreschool}, geo::Meters(500)};
    return layer;
  }

  absl::StatusOr<v1::Layer> Layer() {
    v1::GetLayerRequest request;
    request.set_name(kLayer);
    return proximity_->Call(viewer_, &Stub::GetLayer, request);
  }

  void AwaitLayer() {
    ASSERT_TRUE(Eventually([this] {
      const auto layer = Layer();
      return layer.ok() && layer->state() == v1::LAYER_STATE_ACTIVE;
    }));
  }

  // The radii of all exposures that there ever were.
  std::set<double> RadiiEver() {
    std::set<double> radii;
    const auto versions =
        ledger_->ReadHistory(kExposurePrefix, ledger_->ReadHead()->revision);
    EXPECT_THAT(versions, IsOk());
    for (const auto& version : *versions) {
      if (version.value)
        radii.insert(DecodeExposure(*version.value)->radius.value());
    }
    return radii;
  }

  testing::FaultyLedger faulty_{ledger_.get()};
};

TEST_F(LayerWorkTest, ARuleThatChangesWhileItIsFoundIsNeverInPlace) {
  CreateAndFind(300);
  ChangeElsewhere(Wider());
  faulty_.Release();
  AwaitLayer();
  EXPECT_EQ(Layer()->radius_m(), 500);
  EXPECT_EQ(Layer()->display_name(), "Wider");
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1", "s~register-2"));
  EXPECT_THAT(RadiiEver(), ElementsAre(500));
}

// Somebody would count the schools of half a rule.
TEST_F(LayerWorkTest, TheOldRuleStandsUntilTheNewOneIsWhole) {
  faulty_.Release();
  Create(300);
  AwaitLayer();
  faulty_.HoldCommits("BuildLayer");
  v1::UpdateLayerRequest wider;
  wider.mutable_layer()->set_name(kLayer);
  wider.mutable_layer()->set_radius_m(500);
  ASSERT_THAT(proximity_->Call(office_, &Stub::UpdateLayer, wider), IsOk());
  ASSERT_TRUE(Eventually([this] { return faulty_.held() == 1; }));
  EXPECT_EQ(Layer()->state(), v1::LAYER_STATE_BUILDING);
  EXPECT_EQ(Layer()->radius_m(), 300);
  ASSERT_OK_AND_ASSIGN(const auto before, proximity_->Exposures(viewer_));
  ASSERT_EQ(before.size(), 1u);
  EXPECT_EQ(before[0].radius_m(), 300);
  faulty_.Release();
  ASSERT_TRUE(Eventually([this] { return Layer()->radius_m() == 500; }));
  ASSERT_OK_AND_ASSIGN(const auto after, proximity_->Exposures(viewer_));
  EXPECT_EQ(after.size(), 2u);
  for (const auto& exposure : after) EXPECT_EQ(exposure.radius_m(), 500);
}

TEST_F(LayerWorkTest, ALayerThatEndsWhileItIsFoundLeavesNothing) {
  CreateAndFind(300);
  ChangeElsewhere(std::nullopt);
  faulty_.Release();
  ASSERT_TRUE(Eventually([this] { return !faulty_.outcomes().empty(); }));
  AddSite("later", 59.39, 18.1);
  EXPECT_THAT(Pairs(), IsEmpty());
  EXPECT_THAT(Layer(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(RadiiEver(), IsEmpty());
}

// One rule must not stop the suite for the time of a commit of millions.
TEST_F(LayerWorkTest, ARuleWithTooManyExposuresIsRefused) {
  faulty_.Release();
  proximity_ = std::make_unique<TestProximity>(&faulty_, &clock_,
                                               registry_->channel(), 1);
  Create(300);
  AwaitLayer();
  v1::UpdateLayerRequest wider;
  wider.mutable_layer()->set_name(kLayer);
  wider.mutable_layer()->set_radius_m(500);
  ASSERT_THAT(proximity_->Call(office_, &Stub::UpdateLayer, wider), IsOk());
  ASSERT_TRUE(Eventually(
      [this] { return Layer()->state() == v1::LAYER_STATE_REFUSED; }));
  EXPECT_EQ(Layer()->radius_m(), 300);
  EXPECT_EQ(Layer()->pending().radius_m(), 500);
  EXPECT_NE(Layer()->problem(), "");
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1"));
  // It is no obstacle to another, nor to itself at another time.
  ASSERT_OK_AND_ASSIGN(const auto again,
                       proximity_->Call(office_, &Stub::UpdateLayer, wider));
  EXPECT_EQ(again.state(), v1::LAYER_STATE_BUILDING);
  ASSERT_TRUE(Eventually(
      [this] { return Layer()->state() == v1::LAYER_STATE_REFUSED; }));
  wider.mutable_layer()->set_radius_m(200);
  ASSERT_THAT(proximity_->Call(office_, &Stub::UpdateLayer, wider), IsOk());
  AwaitLayer();
  EXPECT_EQ(Layer()->problem(), "");
  EXPECT_EQ(Layer()->radius_m(), 200);
}

// A ledger that is away for a while must not end a rule that was asked for.
TEST_F(LayerWorkTest, ALayerWhoseCommitFailsIsFoundAgain) {
  CreateAndFind(300);
  ChangeElsewhere(Wider());
  ASSERT_TRUE(
      Eventually([this] { return Layer()->display_name() == "Wider"; }));
  faulty_.FailCommits(absl::UnavailableError("away"));
  // It is refused, as the rule has changed, and decided anew on no ledger.
  faulty_.Release();
  ASSERT_TRUE(Eventually([this] { return faulty_.failed_commits() > 0; }));
  EXPECT_EQ(Layer()->state(), v1::LAYER_STATE_BUILDING);
  faulty_.FailCommits(absl::OkStatus());
  ASSERT_TRUE(Eventually([this] {
    clock_.Advance(absl::Seconds(1));
    return Layer()->state() == v1::LAYER_STATE_ACTIVE;
  }));
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1", "s~register-2"));
}

}  // namespace
}  // namespace lagesbild::proximity
