#include "services/proximity/exposure_watch.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/watch/record_renderer.h"
#include "services/proximity/proximity_records.h"

namespace lagesbild::proximity {
namespace {

using ExposureWatch = watch::RecordWatch<Exposure, v1::Exposure>;

v1::ExposureTransition TransitionOf(watch::Became became) {
  switch (became) {
    case watch::Became::kPresent:
      return v1::EXPOSURE_TRANSITION_UNSPECIFIED;
    case watch::Became::kEntered:
      return v1::EXPOSURE_TRANSITION_ENTERED;
    case watch::Became::kChanged:
      return v1::EXPOSURE_TRANSITION_CHANGED;
    case watch::Became::kLeft:
      return v1::EXPOSURE_TRANSITION_LEFT;
  }
  return v1::EXPOSURE_TRANSITION_UNSPECIFIED;
}

void Append(watch::Became became, const v1::Exposure& shown, std::string* out) {
  v1::ExposureChange change;
  change.set_type(watch::TypeOf(became));
  change.set_transition(TransitionOf(became));
  if (became != watch::Became::kLeft) {
    *change.mutable_exposure() = shown;
  } else {
    change.mutable_exposure()->set_name(shown.name());
    change.mutable_exposure()->set_site(shown.site());
    change.mutable_exposure()->set_place(shown.place());
    change.mutable_exposure()->set_layer(shown.layer());
  }
  watch::AppendChange(change, out);
}

watch::RecordSnapshot<Exposure> Snapshot(
    const view::View<ProximityState>* view) {
  return view->Read([](const ProximityState& state, const ledger::Head& head) {
    watch::RecordSnapshot<Exposure> taken{head, state.basis(), {}};
    for (const auto& [id, exposure] : state.inventory().exposures()) {
      taken.records.push_back(exposure);
    }
    return taken;
  });
}

std::string SharingKey(const Presenter& presenter,
                       const access::v1::Caller& caller,
                       const v1::WatchExposuresRequest& request) {
  return absl::StrCat(
      request.all_dates() ? "all " : "", request.steady() ? "steady " : "",
      "exposures\n",
      presenter.redactor().VisibilityKey(v1::Exposure::descriptor(), caller),
      "\n", request.filter());
}

Exposure Steady(Exposure exposure) {
  exposure.distance = exposure.steady_distance;
  exposure.center_distance = exposure.steady_center_distance;
  return exposure;
}

}  // namespace

std::shared_ptr<watch::Renderer> MakeExposureRenderer(
    const Presenter* presenter, const view::View<ProximityState>* view,
    access::v1::Caller caller, const v1::WatchExposuresRequest& request,
    api::Filter filter) {
  ExposureWatch watch;
  watch.sharing_key = SharingKey(*presenter, caller, request);
  watch.prefix = kExposurePrefix;
  watch.decode = [](const std::string&, const std::string& bytes, absl::Time) {
    return DecodeExposure(bytes);
  };
  watch.show = [presenter, caller = std::move(caller),
                all_dates = request.all_dates(), steady = request.steady(),
                filter = std::move(filter)](
                   const Exposure& exposure) -> std::optional<v1::Exposure> {
    if (!all_dates && !exposure.current) return std::nullopt;
    v1::Exposure shown =
        presenter->For(caller, steady ? Steady(exposure) : exposure);
    if (!filter.Matches(shown)) return std::nullopt;
    return shown;
  };
  watch.append = Append;
  watch.snapshot = [view] { return Snapshot(view); };
  return std::make_shared<watch::RecordRenderer<Exposure, v1::Exposure>>(
      std::move(watch));
}

}  // namespace lagesbild::proximity
