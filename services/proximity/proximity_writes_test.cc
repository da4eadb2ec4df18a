// If these fail, a school stays where the register has it wrong, or a layer
// shows half of its exposures.
#include "services/proximity/exposure_watcher.h"
#include "services/proximity/proximity_fixture.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using testing::ErrorIs;
using testing::Eventually;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;
using Stub = v1::ProximityAnalysis::Stub;

constexpr char kSchool[] = "regions/stockholm/places/register-1";
constexpr char kPreschools[] = "regions/stockholm/layers/preschools-300";

v1::CorrectPlaceRequest MoveTo(double latitude, double longitude) {
  v1::CorrectPlaceRequest request;
  request.set_name(kSchool);
  auto* correction = request.mutable_correction();
  correction->mutable_position()->set_latitude(latitude);
  correction->mutable_position()->set_longitude(longitude);
  correction->set_provenance("orthophoto 2023");
  return request;
}

v1::Place PreschoolAt(const std::string& id, double latitude,
                      double longitude) {
  v1::Place place = SchoolAt(id, latitude, longitude);
  place.set_kinds(0, v1::PLACE_KIND_PRESCHOOL);
  return place;
}

v1::CreateLayerRequest Preschools(double radius) {
  v1::CreateLayerRequest request;
  request.set_parent("regions/stockholm");
  request.set_layer_id("preschools-300");
  request.mutable_layer()->set_display_name("Preschools");
  request.mutable_layer()->add_kinds(v1::PLACE_KIND_PRESCHOOL);
  request.mutable_layer()->set_radius_m(radius);
  return request;
}

class WritesTest : public ProximityFixture {
 protected:
  access::v1::Caller Coordinator(const std::string& municipality) {
    access::v1::Caller caller = registry::MunicipalityCaller(municipality);
    caller.clear_roles();
    caller.add_roles(access::v1::ROLE_COORDINATOR);
    return caller;
  }

  v1::Layer Layer() {
    v1::GetLayerRequest request;
    request.set_name(kPreschools);
    const auto layer = proximity_->Call(viewer_, &Stub::GetLayer, request);
    EXPECT_THAT(layer, IsOk());
    return layer.value_or(v1::Layer());
  }

  bool Built() {
    return Eventually(
        [this] { return Layer().state() == v1::LAYER_STATE_ACTIVE; });
  }

  std::vector<std::string> PairsOf(const std::string& layer) {
    const auto all = proximity_->Exposures(office_, registry_->token(),
                                           "layer = \"" + layer + "\"");
    std::vector<std::string> pairs;
    EXPECT_THAT(all, IsOk());
    for (const auto& e : *all) {
      pairs.push_back(e.name().substr(e.name().find('~') + 1));
    }
    return pairs;
  }
};

// The next extract would undo what somebody went out to see.
TEST_F(WritesTest, ACorrectionMovesTheExposuresAndSurvivesAnImport) {
  AddSite("s", 59.35, 18.1);
  ASSERT_THAT(Import({SchoolAt("1", 59.351, 18.1)}), IsOk());
  ASSERT_THAT(Pairs(), SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const auto moved, proximity_->Call(Coordinator("0180"),
                                                          &Stub::CorrectPlace,
                                                          MoveTo(59.36, 18.1)));
  EXPECT_EQ(moved.position().latitude(), 59.36);
  EXPECT_EQ(moved.source_position().latitude(), 59.351);
  EXPECT_EQ(moved.quality(), v1::POSITION_QUALITY_SURVEYED);
  EXPECT_EQ(moved.margin_m(), 5);
  EXPECT_EQ(moved.correction().agency(), "municipality-0180");
  EXPECT_THAT(Pairs(), IsEmpty());
  v1::Place renamed = SchoolAt("1", 59.352, 18.1);
  renamed.set_display_name("Renamed");
  ASSERT_THAT(Import({renamed}), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto places, proximity_->Places(viewer_));
  EXPECT_EQ(places[0].display_name(), "Renamed");
  EXPECT_EQ(places[0].position().latitude(), 59.36);
  EXPECT_EQ(places[0].source_position().latitude(), 59.352);
  Start();
  EXPECT_THAT(Pairs(), IsEmpty());
  v1::CorrectPlaceRequest back;
  back.set_name(kSchool);
  ASSERT_OK_AND_ASSIGN(const auto as_was,
                       proximity_->Call(office_, &Stub::CorrectPlace, back));
  EXPECT_EQ(as_was.position().latitude(), 59.352);
  EXPECT_FALSE(as_was.has_correction());
  EXPECT_THAT(Pairs(), SizeIs(1));
}

// Exposures of other schools must not move with it.
TEST_F(WritesTest, ACorrectionChangesExactlyWhatItShould) {
  AddSite("s", 59.35, 18.1);
  AddSite("t", 59.37, 18.1);
  ASSERT_THAT(Import({SchoolAt("1", 59.351, 18.1), SchoolAt("2", 59.3502, 18.1),
                      SchoolAt("3", 59.3701, 18.1)}),
              IsOk());
  ASSERT_THAT(Pairs(), SizeIs(3));
  ExposureWatcher watcher(proximity_.get(), viewer_, false, ledger_.get(),
                          &clock_);
  ASSERT_TRUE(watcher.ReadUntil([&] { return watcher.events().size() == 3; }));
  ASSERT_THAT(
      proximity_->Call(office_, &Stub::CorrectPlace, MoveTo(59.3698, 18.1)),
      IsOk());
  ASSERT_TRUE(watcher.ReadUntil([&] { return watcher.events().size() == 5; }));
  EXPECT_THAT(
      std::vector<std::string>(watcher.events().begin() + 3,
                               watcher.events().end()),
      ::testing::UnorderedElementsAre("-s~register-1", "+t~register-1"));
}

TEST_F(WritesTest, OnlyWhoAnswersForAPlaceCorrectsIt) {
  ASSERT_THAT(Import({SchoolAt("1", 59.351, 18.1)}), IsOk());
  EXPECT_THAT(proximity_->Call(Coordinator("0184"), &Stub::CorrectPlace,
                               MoveTo(59.36, 18.1)),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(
      proximity_->Call(viewer_, &Stub::CorrectPlace, MoveTo(59.36, 18.1)),
      StatusIs(absl::StatusCode::kPermissionDenied));
  v1::CorrectPlaceRequest unproven = MoveTo(59.36, 18.1);
  unproven.mutable_correction()->clear_provenance();
  EXPECT_THAT(proximity_->Call(office_, &Stub::CorrectPlace, unproven),
              ErrorIs(absl::StatusCode::kInvalidArgument, "INVALID_FIELD"));
  // It would be gone from the map, and every import would keep it so.
  EXPECT_THAT(
      proximity_->Call(office_, &Stub::CorrectPlace, MoveTo(18.1, 59.36)),
      ErrorIs(absl::StatusCode::kInvalidArgument, "INVALID_FIELD"));
  v1::CorrectPlaceRequest late = MoveTo(59.36, 18.1);
  late.set_etag("of another version");
  EXPECT_THAT(proximity_->Call(office_, &Stub::CorrectPlace, late),
              ErrorIs(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  EXPECT_FALSE((*proximity_->Places(viewer_))[0].has_correction());
}

// A client that lost the answer asks again, and must not be refused.
TEST_F(WritesTest, ARepeatedCorrectionIsTheFirstOne) {
  ASSERT_THAT(Import({SchoolAt("1", 59.351, 18.1)}), IsOk());
  v1::CorrectPlaceRequest request = MoveTo(59.36, 18.1);
  request.set_request_id("again");
  ASSERT_OK_AND_ASSIGN(const auto first,
                       proximity_->Call(office_, &Stub::CorrectPlace, request));
  const auto head = ledger_->ReadHead()->revision;
  ASSERT_OK_AND_ASSIGN(const auto second,
                       proximity_->Call(office_, &Stub::CorrectPlace, request));
  EXPECT_EQ(second.etag(), first.etag());
  EXPECT_EQ(ledger_->ReadHead()->revision, head);
}

TEST_F(WritesTest, ALayerComesWholeAndIsKeptUpToDate) {
  AddSite("s", 59.35, 18.1);
  ASSERT_THAT(
      Import({PreschoolAt("1", 59.351, 18.1), PreschoolAt("2", 59.354, 18.1)}),
      IsOk());
  ASSERT_THAT(Pairs(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(
      const auto created,
      proximity_->Call(office_, &Stub::CreateLayer, Preschools(300)));
  EXPECT_EQ(created.state(), v1::LAYER_STATE_BUILDING);
  EXPECT_EQ(created.pending().radius_m(), 300);
  ASSERT_TRUE(Built());
  EXPECT_THAT(PairsOf(kPreschools), ElementsAre("s~register-1"));
  AddSite("t", 59.3541, 18.1);
  EXPECT_THAT(PairsOf(kPreschools),
              ElementsAre("s~register-1", "t~register-2"));
}

// Half of an old rule and half of a new one is no figure at all.
TEST_F(WritesTest, AReaderSeesTheOldRuleOrTheNewOne) {
  AddSite("s", 59.35, 18.1);
  ASSERT_THAT(
      Import({PreschoolAt("1", 59.351, 18.1), PreschoolAt("2", 59.354, 18.1)}),
      IsOk());
  ASSERT_THAT(proximity_->Call(office_, &Stub::CreateLayer, Preschools(300)),
              IsOk());
  ASSERT_TRUE(Built());
  ExposureWatcher watcher(proximity_.get(), viewer_, false, ledger_.get(),
                          &clock_);
  v1::UpdateLayerRequest wider;
  wider.mutable_layer()->set_name(kPreschools);
  wider.mutable_layer()->set_radius_m(500);
  ASSERT_THAT(proximity_->Call(office_, &Stub::UpdateLayer, wider), IsOk());
  ASSERT_TRUE(Built());
  ASSERT_OK_AND_ASSIGN(
      const auto exposures,
      proximity_->Exposures(office_, "",
                            "layer = \"" + std::string(kPreschools) + "\""));
  ASSERT_EQ(exposures.size(), 2u);
  for (const auto& e : exposures) EXPECT_EQ(e.radius_m(), 500);
  // The watcher checks by itself that each of its messages is one revision.
  EXPECT_TRUE(watcher.ReadUntil([&] { return watcher.events().size() == 3; }));
  EXPECT_THAT(watcher.events(),
              ElementsAre("+s~register-1", "+s~register-1", "+s~register-2"));
}

// A rule that was asked for before a restart would be waited for for ever.
TEST_F(WritesTest, ALayerThatWasComingComesAfterARestart) {
  AddSite("s", 59.35, 18.1);
  ASSERT_THAT(Import({PreschoolAt("1", 59.351, 18.1)}), IsOk());
  ASSERT_THAT(Pairs(), IsEmpty());
  proximity_.reset();
  proximity::Layer pending{.id = "preschools-300",
                           .display_name = "Preschools",
                           .kinds = {},
                           .radius = {}};
  pending.pending = LayerRule{{PlaceKind::kPreschool}, geo::Meters(300)};
  ledger::Transaction transaction;
  transaction.writes.push_back(
      {"layer/preschools-300", EncodeLayer(pending), std::nullopt});
  ASSERT_THAT(ledger::CommitAndWait(ledger_.get(), transaction), IsOk());
  Start();
  ASSERT_TRUE(Built());
  EXPECT_THAT(PairsOf(kPreschools), ElementsAre("s~register-1"));
}

// What is only checked must not be there, and what is repeated not twice.
TEST_F(WritesTest, ALayerIsCheckedOrRepeatedWithoutAnother) {
  v1::CreateLayerRequest request = Preschools(300);
  request.set_validate_only(true);
  ASSERT_THAT(proximity_->Call(office_, &Stub::CreateLayer, request), IsOk());
  v1::GetLayerRequest get;
  get.set_name(kPreschools);
  EXPECT_THAT(proximity_->Call(viewer_, &Stub::GetLayer, get),
              StatusIs(absl::StatusCode::kNotFound));
  request.set_validate_only(false);
  request.set_request_id("once");
  ASSERT_THAT(proximity_->Call(office_, &Stub::CreateLayer, request), IsOk());
  ASSERT_TRUE(Built());
  EXPECT_THAT(proximity_->Call(office_, &Stub::CreateLayer, request), IsOk());
  request.set_request_id("another");
  EXPECT_THAT(proximity_->Call(office_, &Stub::CreateLayer, request),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

// Of two processes over one ledger each would find the same exposures.
TEST_F(WritesTest, TwoReplicasBuildALayerOnce) {
  AddSite("s", 59.35, 18.1);
  ASSERT_THAT(Import({PreschoolAt("1", 59.351, 18.1)}), IsOk());
  TestProximity other(ledger_.get(), &clock_, registry_->channel());
  ASSERT_THAT(proximity_->Call(office_, &Stub::CreateLayer, Preschools(300)),
              IsOk());
  ASSERT_TRUE(Built());
  EXPECT_THAT(PairsOf(kPreschools), ElementsAre("s~register-1"));
  ASSERT_OK_AND_ASSIGN(
      const auto versions,
      ledger_->ReadVersions("exposure/preschools-300~s~register-1"));
  EXPECT_THAT(versions, SizeIs(1));
}

TEST_F(WritesTest, ADeletedLayerTakesItsExposuresAlong) {
  AddSite("s", 59.35, 18.1);
  ASSERT_THAT(
      Import({PreschoolAt("1", 59.351, 18.1), SchoolAt("2", 59.35, 18.1)}),
      IsOk());
  ASSERT_THAT(proximity_->Call(office_, &Stub::CreateLayer, Preschools(300)),
              IsOk());
  ASSERT_TRUE(Built());
  v1::DeleteLayerRequest request;
  request.set_name(kPreschools);
  request.set_request_id("remove");
  ASSERT_OK_AND_ASSIGN(const auto gone,
                       proximity_->Call(office_, &Stub::DeleteLayer, request));
  EXPECT_EQ(gone.exposures(), 1);
  ASSERT_OK_AND_ASSIGN(const auto again,
                       proximity_->Call(office_, &Stub::DeleteLayer, request));
  EXPECT_EQ(again.exposures(), 1);
  request.clear_request_id();
  EXPECT_THAT(Pairs(), ElementsAre("s~register-2"));
  EXPECT_THAT(proximity_->Call(office_, &Stub::DeleteLayer, request),
              StatusIs(absl::StatusCode::kNotFound));
}

// The county's figures and gaps go by it.
TEST_F(WritesTest, TheDefaultLayerKeepsItsRule) {
  v1::UpdateLayerRequest update;
  update.mutable_layer()->set_name(
      "regions/stockholm/layers/primary-schools-500");
  update.mutable_layer()->set_radius_m(300);
  EXPECT_THAT(proximity_->Call(office_, &Stub::UpdateLayer, update),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  update.mutable_layer()->clear_radius_m();
  update.mutable_layer()->set_display_name("Skolor");
  EXPECT_THAT(proximity_->Call(office_, &Stub::UpdateLayer, update), IsOk());
  v1::DeleteLayerRequest removal;
  removal.set_name("regions/stockholm/layers/primary-schools-500");
  EXPECT_THAT(proximity_->Call(office_, &Stub::DeleteLayer, removal),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(proximity_->Call(viewer_, &Stub::CreateLayer, Preschools(300)),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace lagesbild::proximity
