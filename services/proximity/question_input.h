#ifndef LAGESBILD_SERVICES_PROXIMITY_QUESTION_INPUT_H_
#define LAGESBILD_SERVICES_PROXIMITY_QUESTION_INPUT_H_

#include <set>
#include <string>
#include <vector>

#include "lagesbild/proximity/v1/proximity.pb.h"
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
