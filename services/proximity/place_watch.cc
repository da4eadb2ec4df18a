#include "services/proximity/place_watch.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/watch/record_renderer.h"
#include "services/proximity/proximity_records.h"

namespace lagesbild::proximity {
namespace {

// A place with the time of its last change.
struct RecordedPlace {
  std::shared_ptr<const Place> place;
  absl::Time recorded;
};

using PlaceWatch = watch::RecordWatch<RecordedPlace, v1::Place>;
using LayerWatch = watch::RecordWatch<Layer, v1::Layer>;

template <typename Message>
std::string SharingKey(const char* what, const Presenter& presenter,
                       const access::v1::Caller& caller,
                       const std::string& filter_text) {
  return absl::StrCat(
      what, "\n",
      presenter.redactor().VisibilityKey(Message::descriptor(), caller), "\n",
      filter_text);
}

void AppendPlace(watch::Became became, const v1::Place& shown,
                 std::string* out) {
  v1::PlaceChange change;
  change.set_type(watch::TypeOf(became));
  if (became == watch::Became::kLeft) {
    change.mutable_place()->set_name(shown.name());
  } else {
    *change.mutable_place() = shown;
  }
  watch::AppendChange(change, out);
}

void AppendLayer(watch::Became became, const v1::Layer& shown,
                 std::string* out) {
  v1::LayerChange change;
  change.set_type(watch::TypeOf(became));
  if (became == watch::Became::kLeft) {
    change.mutable_layer()->set_name(shown.name());
  } else {
    *change.mutable_layer() = shown;
  }
  watch::AppendChange(change, out);
}

watch::RecordSnapshot<RecordedPlace> PlacesNow(
    const view::View<ProximityState>* view) {
  return view->Read([](const ProximityState& state, const ledger::Head& head) {
    watch::RecordSnapshot<RecordedPlace> taken{head, state.basis(), {}};
    for (const auto& [id, place] : state.inventory().places()) {
      taken.records.push_back(std::make_shared<const RecordedPlace>(
          RecordedPlace{place, state.PlaceRecordedAt(id)}));
    }
    return taken;
  });
}

watch::RecordSnapshot<Layer> LayersNow(const view::View<ProximityState>* view) {
  return view->Read([](const ProximityState& state, const ledger::Head& head) {
    watch::RecordSnapshot<Layer> taken{head, state.basis(), {}};
    for (const auto& [id, layer] : state.inventory().layers()) {
      taken.records.push_back(std::make_shared<const Layer>(layer));
    }
    return taken;
  });
}

absl::StatusOr<RecordedPlace> ReadPlace(const std::string& id,
                                        const std::string& bytes,
                                        absl::Time recorded) {
  absl::StatusOr<Place> place = DecodePlace(id, bytes);
  if (!place.ok()) return place.status();
  return RecordedPlace{std::make_shared<const Place>(*std::move(place)),
                       recorded};
}

}  // namespace

std::shared_ptr<watch::Renderer> MakePlaceRenderer(
    const Presenter* presenter, const view::View<ProximityState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter) {
  PlaceWatch watch;
  watch.sharing_key =
      SharingKey<v1::Place>("places", *presenter, caller, filter_text);
  watch.prefix = kPlacePrefix;
  watch.decode = ReadPlace;
  watch.show = [presenter, caller = std::move(caller),
                filter = std::move(filter)](
                   const RecordedPlace& seen) -> std::optional<v1::Place> {
    v1::Place shown = presenter->For(caller, *seen.place, seen.recorded);
    if (!filter.Matches(shown)) return std::nullopt;
    return shown;
  };
  watch.append = AppendPlace;
  watch.snapshot = [view] { return PlacesNow(view); };
  return std::make_shared<watch::RecordRenderer<RecordedPlace, v1::Place>>(
      std::move(watch));
}

std::shared_ptr<watch::Renderer> MakeLayerRenderer(
    const Presenter* presenter, const view::View<ProximityState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter) {
  LayerWatch watch;
  watch.sharing_key =
      SharingKey<v1::Layer>("layers", *presenter, caller, filter_text);
  watch.prefix = kLayerPrefix;
  watch.decode = [](const std::string& id, const std::string& bytes,
                    absl::Time) { return DecodeLayer(id, bytes); };
  watch.show = [presenter, caller = std::move(caller),
                filter = std::move(filter)](
                   const Layer& layer) -> std::optional<v1::Layer> {
    v1::Layer shown = presenter->For(caller, layer);
    if (!filter.Matches(shown)) return std::nullopt;
    return shown;
  };
  watch.append = AppendLayer;
  watch.snapshot = [view] { return LayersNow(view); };
  return std::make_shared<watch::RecordRenderer<Layer, v1::Layer>>(
      std::move(watch));
}

}  // namespace lagesbild::proximity
