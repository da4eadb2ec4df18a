#include "services/proximity/write_input.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/text.h"
#include "lib/base/status.h"
#include "lib/input/faults.h"
#include "services/proximity/question_input.h"

namespace lagesbild::proximity {
namespace {

constexpr api::TextRule kProvenance = {.max_characters = 200, .required = true};

// Who has looked knows better than that.
constexpr geo::Meters kMaxCorrectionMargin{1'000};

geo::Meters ReadMargin(double meters, input::Faults* faults) {
  if (!std::isfinite(meters) || meters < 0 ||
      meters > kMaxCorrectionMargin.value()) {
    faults->Add(
        "correction.margin_m",
        absl::StrCat("must lie in 0 to ", kMaxCorrectionMargin.value()));
  }
  return meters > 0 ? geo::Meters(meters)
                    : DefaultMargin(PositionQuality::kSurveyed);
}

std::vector<PlaceKind> ReadLayerKinds(const v1::Layer& message,
                                      input::Faults* faults) {
  const PlaceKinds kinds = ReadKinds("layer.kinds", message.kinds(), faults);
  if (kinds.empty()) faults->Add("layer.kinds", "is required");
  return {kinds.begin(), kinds.end()};
}

}  // namespace

absl::StatusOr<Correction> ReadCorrection(const v1::PlaceCorrection& message,
                                          const access::v1::Caller& caller,
                                          absl::Time now) {
  input::Faults faults;
  Correction correction{
      .position = ReadPosition("correction.position", message, &faults),
      .margin = ReadMargin(message.margin_m(), &faults),
      .provenance = message.provenance(),
      .note = message.note(),
      .agency = caller.agency(),
      .time = absl::FromUnixMicros(absl::ToUnixMicros(now))};
  faults.Add(api::CheckText("correction.provenance", correction.provenance,
                            kProvenance));
  faults.Add(api::CheckText("correction.note", correction.note, api::kNote));
  LB_RETURN_IF_ERROR(faults.ToStatus());
  return correction;
}

absl::StatusOr<LayerDraft> ReadLayer(const v1::Layer& message,
                                     const std::vector<std::string>& paths) {
  LayerDraft draft;
  input::Faults faults;
  for (const std::string& path : paths) {
    if (path == "display_name") {
      draft.display_name = message.display_name();
      faults.Add(api::CheckText("layer.display_name", message.display_name(),
                                api::kDisplayName));
    } else if (path == "kinds") {
      draft.kinds = ReadLayerKinds(message, &faults);
    } else if (path == "radius_m") {
      draft.radius = ReadRadius("layer.radius_m", message.radius_m(), &faults);
    } else {
      faults.Add("update_mask", absl::StrCat(path, " cannot be set"));
    }
  }
  LB_RETURN_IF_ERROR(faults.ToStatus());
  return draft;
}

}  // namespace lagesbild::proximity
