#ifndef LAGESBILD_SERVICES_INTERVENTIONS_CATALOGUE_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_CATALOGUE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace lagesbild::interventions {

// A kind of measure (insats) in use against open drug scenes.
struct InterventionType {
  absl::string_view id;     // "outreach-buyers", never reused for another
  absl::string_view group;  // "place", "presence", "physical", "social",
                            // "enforcement"
  absl::string_view swedish;
};

// The catalogue, by group. It grows; nothing is taken out.
absl::Span<const InterventionType> Catalogue();

bool IsKnownType(absl::string_view id);

// "access-control, controls, …", for an answer to one who named another.
std::string KnownTypes();

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_CATALOGUE_H_
