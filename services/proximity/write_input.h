#ifndef LAGESBILD_SERVICES_PROXIMITY_WRITE_INPUT_H_
#define LAGESBILD_SERVICES_PROXIMITY_WRITE_INPUT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lagesbild/proximity/v1/layer.pb.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lib/rpc/call.h"
#include "services/proximity/backend.h"
#include "services/proximity/layer_changes.h"
#include "services/proximity/proximity.h"

// What a client wants written, checked and turned into the domain's terms.
namespace lagesbild::proximity {

// What all requests that write have in common.
struct Order {
  std::string id;  // of the place or layer
  std::string request_id;
  std::string digest;  // of the request
  bool validate_only = false;
};

// INVALID_ARGUMENT with every faulty field.
absl::StatusOr<Correction> ReadCorrection(const v1::PlaceCorrection& message,
                                          const access::v1::Caller& caller,
                                          absl::Time now);

// `paths`: the fields to read, of display_name, kinds and radius_m.
absl::StatusOr<LayerDraft> ReadLayer(const v1::Layer& message,
                                     const std::vector<std::string>& paths);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_WRITE_INPUT_H_
