#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTION_INPUT_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTION_INPUT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "lagesbild/interventions/v1/interventions.pb.h"
#include "lib/input/faults.h"
#include "services/interventions/interventions.h"
#include "services/interventions/presenter.h"

// What a client says of an intervention, checked and turned into the domain's
// terms.
namespace lagesbild::interventions {

inline constexpr int kMaxSites = 100;
inline constexpr int kMaxPartners = 50;
inline constexpr int kMaxExternalRefs = 20;
inline constexpr int kMaxAgencyCharacters = 80;
inline constexpr int kMaxForeignIdCharacters = 200;  // ids in other systems

// A new intervention, but for id, state, municipalities and times; output-only
// fields are not read. Faults name fields below "intervention".
Intervention ReadIntervention(const Presenter& presenter,
                              const v1::Intervention& message,
                              input::Faults* faults);

// A civil date, or nothing for an empty text.
std::optional<base::Date> ReadDate(absl::string_view field,
                                   const std::string& text,
                                   input::Faults* faults);

// Free text on what came of it.
std::string ReadOutcome(absl::string_view field, const std::string& text,
                        input::Faults* faults);

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTION_INPUT_H_
