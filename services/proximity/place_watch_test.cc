// If these fail, a system that keeps a copy of the places or the layers has
// another one than there is.
#include <map>

#include "absl/strings/str_cat.h"
#include "lib/access/caller.h"
#include "services/proximity/proximity_fixture.h"
#include "services/proximity/proximity_records.h"
#include "tests/testing/watcher.h"

namespace lagesbild::proximity {
namespace {

using testing::IsOk;
using Stub = v1::ProximityAnalysis::Stub;

constexpr char kRegion[] = "regions/stockholm";

std::string VersionOf(const v1::Place& place) {
  return absl::StrCat(place.display_name(), " ", place.position().latitude(),
                      " ", place.quality(), " ", place.valid_to());
}
std::string VersionOf(const Place& place) {
  return absl::StrCat(place.display_name, " ", place.where().latitude, " ",
                      static_cast<int>(place.quality), " ",
                      place.valid.to ? base::FormatDate(*place.valid.to) : "");
}

std::string VersionOf(const v1::Layer& layer) {
  return absl::StrCat(layer.radius_m(), " ", layer.pending().radius_m());
}
std::string VersionOf(const Layer& layer) {
  return absl::StrCat(layer.radius.value(), " ",
                      layer.pending ? layer.pending->radius.value() : 0);
}

class PlaceWatcher : public testing::Watcher<v1::WatchPlacesResponse> {
 public:
  PlaceWatcher(TestProximity* proximity, const access::v1::Caller& caller,
               ledger::Ledger* ledger, testing::FakeClock* clock)
      : Watcher(
            [=](grpc::ClientContext* context, const std::string& cursor) {
              rpc::SetCaller(caller, absl::InfiniteDuration(), context);
              v1::WatchPlacesRequest request;
              request.set_parent(kRegion);
              request.set_cursor(cursor);
              return proximity->stub()->WatchPlaces(context, request);
            },
            [this](const v1::WatchPlacesResponse& message) {
              return Note(message);
            },
            testing::TruthOf(
                testing::RecordsShown(
                    ledger, kPlacePrefix,
                    [](const std::string& id, const std::string& bytes) {
                      return std::optional(VersionOf(*DecodePlace(id, bytes)));
                    }),
                ledger),
            {.clock = clock, .prompt = access::IsSuiteMember(caller)}) {
    Start();
  }
  ~PlaceWatcher() { Close(); }

  const std::map<std::string, v1::Place>& places() const { return places_; }

 private:
  testing::WatchTruth::Changes Note(const v1::WatchPlacesResponse& message) {
    testing::WatchTruth::Changes names;
    for (const auto& change : message.changes()) {
      const std::string id = testing::IdOf(change.place().name());
      places_[id] = change.place();
      names.push_back(testing::Upserted(id, VersionOf(change.place())));
    }
    return names;
  }

  std::map<std::string, v1::Place> places_;
};

class LayerWatcher : public testing::Watcher<v1::WatchLayersResponse> {
 public:
  LayerWatcher(TestProximity* proximity, const access::v1::Caller& caller,
               ledger::Ledger* ledger, testing::FakeClock* clock)
      : Watcher(
            [=](grpc::ClientContext* context, const std::string& cursor) {
              rpc::SetCaller(caller, absl::InfiniteDuration(), context);
              v1::WatchLayersRequest request;
              request.set_parent(kRegion);
              request.set_cursor(cursor);
              return proximity->stub()->WatchLayers(context, request);
            },
            [this](const v1::WatchLayersResponse& message) {
              return Note(message);
            },
            testing::TruthOf(
                testing::RecordsShown(
                    ledger, kLayerPrefix,
                    [](const std::string& id, const std::string& bytes) {
                      return std::optional(VersionOf(*DecodeLayer(id, bytes)));
                    }),
                ledger),
            {.clock = clock, .prompt = access::IsSuiteMember(caller)}) {
    Start();
  }
  ~LayerWatcher() { Close(); }

  const std::map<std::string, v1::Layer>& layers() const { return layers_; }

 private:
  testing::WatchTruth::Changes Note(const v1::WatchLayersResponse& message) {
    testing::WatchTruth::Changes names;
    for (const auto& change : message.changes()) {
      const std::string id = testing::IdOf(change.layer().name());
      if (change.type() == watch::v1::CHANGE_TYPE_REMOVED) {
        layers_.erase(id);
        names.push_back(testing::Removed(id));
      } else {
        layers_[id] = change.layer();
        names.push_back(testing::Upserted(id, VersionOf(change.layer())));
      }
    }
    return names;
  }

  std::map<std::string, v1::Layer> layers_;
};

class PlaceWatchTest : public ProximityFixture {
 protected:
  // What somebody who asks is shown.
  v1::Place Get(const std::string& name) {
    v1::GetPlaceRequest request;
    request.set_name(name);
    const auto place = proximity_->Call(viewer_, &Stub::GetPlace, request);
    EXPECT_THAT(place, IsOk());
    return place.value_or(v1::Place());
  }
};

TEST_F(PlaceWatchTest, ACopyOfThePlacesStaysWhatGetShows) {
  ASSERT_THAT(Import({SchoolAt("1", 59.35, 18.1)}), IsOk());
  PlaceWatcher watcher(proximity_.get(), viewer_, ledger_.get(), &clock_);
  ASSERT_TRUE(watcher.ReadUntil([&] { return watcher.places().size() == 1; }));
  clock_.JumpWall(absl::Hours(1));
  v1::ImportPlacesRequest next = ImportOf({SchoolAt("2", 59.36, 18.1)});
  next.set_allow_closing(true);
  ASSERT_THAT(proximity_->Import(office_, {next}), IsOk());
  ASSERT_TRUE(watcher.ReadUntil([&] { return watcher.places().size() == 2; }));
  for (const auto& [id, place] : watcher.places()) {
    EXPECT_EQ(place.SerializeAsString(), Get(place.name()).SerializeAsString());
  }
  EXPECT_NE(watcher.places().at("register-1").valid_to(), "");
}

TEST_F(PlaceWatchTest, ALayerIsTellableFromItsFirstDayToItsLast) {
  LayerWatcher watcher(proximity_.get(), viewer_, ledger_.get(), &clock_);
  ASSERT_TRUE(watcher.ReadUntil([&] { return watcher.layers().size() == 1; }));
  v1::CreateLayerRequest request;
  request.set_parent(kRegion);
  request.set_layer_id("transit");
  request.mutable_layer()->set_display_name("Transit");
  request.mutable_layer()->add_kinds(v1::PLACE_KIND_TRANSIT);
  request.mutable_layer()->set_radius_m(200);
  ASSERT_THAT(proximity_->Call(office_, &Stub::CreateLayer, request), IsOk());
  ASSERT_TRUE(watcher.ReadUntil([&] {
    const auto layer = watcher.layers().find("transit");
    return layer != watcher.layers().end() &&
           layer->second.state() == v1::LAYER_STATE_ACTIVE;
  }));
  EXPECT_EQ(watcher.layers().at("transit").radius_m(), 200);
  v1::DeleteLayerRequest gone;
  gone.set_name("regions/stockholm/layers/transit");
  ASSERT_THAT(proximity_->Call(office_, &Stub::DeleteLayer, gone), IsOk());
  ASSERT_TRUE(watcher.ReadUntil([&] { return watcher.layers().size() == 1; }));
}

TEST_F(PlaceWatchTest, AFilterThatDoesNotParseIsRefused) {
  grpc::ClientContext context;
  rpc::SetCaller(viewer_, absl::Seconds(30), &context);
  v1::WatchPlacesRequest request;
  request.set_parent(kRegion);
  request.set_filter("nonsense = 1");
  const auto reader = proximity_->stub()->WatchPlaces(&context, request);
  v1::WatchPlacesResponse message;
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace lagesbild::proximity
