#ifndef LAGESBILD_SERVICES_PROXIMITY_LAYER_CHANGES_H_
#define LAGESBILD_SERVICES_PROXIMITY_LAYER_CHANGES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/proximity/inventory.h"
#include "services/proximity/proximity.h"

// What may become of the standing rules. Pure.
namespace lagesbild::proximity {

// Each is derived at every change of a site or place.
inline constexpr std::size_t kMaxLayers = 50;
// In one layer when its rule is put in place. All of them are one commit, and a
// radius at which every site has hundreds of places answers nothing.
inline constexpr std::size_t kMaxLayerExposures = 100'000;
// Beyond it hardly a site has no school near.
inline constexpr geo::Meters kMaxRadius{10'000};

// What a caller says of a layer.
struct LayerDraft {
  std::optional<std::string> display_name = {};
  std::optional<std::vector<PlaceKind>> kinds = {};  // sorted, each once
  std::optional<geo::Meters> radius = {};
};

// A layer that has its exposures still to come; the draft is complete.
// ALREADY_EXISTS for an id that is taken, RESOURCE_EXHAUSTED beyond kMaxLayers.
absl::StatusOr<Layer> DecideCreateLayer(const Inventory& inventory,
                                        const std::string& id,
                                        const LayerDraft& draft);

// NOT_FOUND for an id that is none; FAILED_PRECONDITION where another rule is
// asked of the default layer.
absl::StatusOr<Layer> DecideUpdateLayer(const Inventory& inventory,
                                        const std::string& id,
                                        const LayerDraft& draft);

// The same errors.
absl::Status CheckDeleteLayer(const Inventory& inventory,
                              const std::string& id);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_LAYER_CHANGES_H_
