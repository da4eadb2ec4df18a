#ifndef LAGESBILD_SERVICES_PROXIMITY_QUESTION_INPUT_H_
#define LAGESBILD_SERVICES_PROXIMITY_QUESTION_INPUT_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lagesbild/proximity/v1/exposure.pb.h"
#include "lagesbild/proximity/v1/question.pb.h"
#include "lib/input/faults.h"
#include "services/proximity/exposure_summary.h"
#include "services/proximity/nearby.h"
#include "services/proximity/what_if.h"

// What a client asks about distances, checked and turned into the domain's
// terms. What is wrong is added to `faults`, with its field.
namespace lagesbild::proximity {

inline constexpr int kMaxRadii = 100;
inline constexpr int kMaxHypotheticals = 1000;
// Of all geometries of one question together.
inline constexpr int kMaxVertices = 1'000;

// A fault where it lies nowhere, or has latitude and longitude exchanged: a
// look around such a position would find nothing, and say so.
void CheckPosition(const std::string& field, const geo::LatLng& position,
                   input::Faults* faults);

// A sound geometry of at most so many vertices, its axes not exchanged.
absl::StatusOr<geo::Geometry> ReadPlaced(const std::string& field,
                                         const geo::v1::Geometry& message,
                                         int max_vertices);

// `message` is any with a position, which is required.
template <typename Message>
geo::LatLng ReadPosition(const std::string& field, const Message& message,
                         input::Faults* faults) {
  if (!message.has_position()) faults->Add(field, "is required");
  const geo::LatLng position{.latitude = message.position().latitude(),
                             .longitude = message.position().longitude()};
  CheckPosition(field, position, faults);
  return position;
}

geo::Meters ReadRadius(const std::string& field, double meters,
                       input::Faults* faults);

PlaceKinds ReadKinds(const std::string& field,
                     const google::protobuf::RepeatedField<int>& kinds,
                     input::Faults* faults);

std::set<SiteState> ReadStates(
    const google::protobuf::RepeatedField<int>& states, input::Faults* faults);

Measure ReadMeasure(v1::Measure measure, input::Faults* faults);

// All but the date.
WhatIfQuestion ReadWhatIf(const v1::AnalyzeWhatIfRequest& request,
                          input::Faults* faults);

// All but the rule and the date.
SummaryQuestion ReadSummary(const v1::SummarizeExposureRequest& request,
                            input::Faults* faults);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_QUESTION_INPUT_H_
