#include "services/proximity/layer_changes.h"

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::proximity {
namespace {

absl::Status NoSuchLayer(const std::string& id) {
  return absl::NotFoundError(absl::StrCat("layers/", id, ": no such layer"));
}

absl::Status IsTheDefault() {
  return absl::FailedPreconditionError(absl::StrCat(
      "the county's figures and coverage gaps go by layers/", kDefaultLayer,
      ", which keeps its kinds and radius: add a layer instead"));
}

// The rule that was asked for last.
LayerRule RuleOf(const Layer& layer) {
  if (layer.pending) return *layer.pending;
  if (layer.refused) return *layer.refused;
  return {layer.kinds, layer.radius};
}

}  // namespace

absl::StatusOr<Layer> DecideCreateLayer(const Inventory& inventory,
                                        const std::string& id,
                                        const LayerDraft& draft) {
  if (inventory.layers().contains(id)) {
    return absl::AlreadyExistsError(
        absl::StrCat("layers/", id, ": there is such a layer"));
  }
  if (inventory.layers().size() >= kMaxLayers) {
    return absl::ResourceExhaustedError(
        absl::StrCat("there are ", kMaxLayers, " layers already"));
  }
  return Layer{.id = id,
               .display_name = *draft.display_name,
               .kinds = {},
               .radius = {},
               .pending = LayerRule{*draft.kinds, *draft.radius}};
}

absl::StatusOr<Layer> DecideUpdateLayer(const Inventory& inventory,
                                        const std::string& id,
                                        const LayerDraft& draft) {
  const auto found = inventory.layers().find(id);
  if (found == inventory.layers().end()) return NoSuchLayer(id);
  Layer layer = found->second;
  layer.display_name = draft.display_name.value_or(layer.display_name);
  const LayerRule before = RuleOf(layer);
  const LayerRule asked{draft.kinds.value_or(before.kinds),
                        draft.radius.value_or(before.radius)};
  // One that was refused is tried again.
  const bool again = layer.refused && (draft.kinds || draft.radius);
  if (asked == before && !again) return layer;
  if (id == kDefaultLayer) return IsTheDefault();
  layer.pending.reset();
  layer.refused.reset();
  if (asked != LayerRule{layer.kinds, layer.radius}) layer.pending = asked;
  return layer;
}

absl::Status CheckDeleteLayer(const Inventory& inventory,
                              const std::string& id) {
  if (!inventory.layers().contains(id)) return NoSuchLayer(id);
  return id == kDefaultLayer ? IsTheDefault() : absl::OkStatus();
}

}  // namespace lagesbild::proximity
