#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTION_CHANGES_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTION_CHANGES_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/base/civil_date.h"
#include "services/interventions/interventions.h"
#include "services/interventions/interventions_state.h"
#include "services/interventions/presenter.h"

// Decisions on interventions: from a state and what is asked for to what the
// intervention is then. They are pure; a decision may be made several times.
namespace lagesbild::interventions {

// Who acts, when, and on what.
struct Scene {
  const InterventionsState& state;
  const Presenter& presenter;
  access::v1::Caller caller;
  absl::Time now;
  base::Date today;
};

// A new intervention, planned. INVALID_ARGUMENT naming a site that is not known
// here, PERMISSION_DENIED where the caller does not answer for one,
// ALREADY_EXISTS for an id that is taken.
absl::StatusOr<Intervention> DecideCreate(const Scene& scene,
                                          Intervention asked);

struct Activation {
  std::string id;
  std::string etag;
  std::optional<base::Date> start;
};
absl::StatusOr<Intervention> DecideActivate(const Scene& scene,
                                            const Activation& asked);

struct Completion {
  std::string id;
  std::string etag;
  std::optional<base::Date> end;
  std::string outcome;  // empty: what there is stays
};
absl::StatusOr<Intervention> DecideComplete(const Scene& scene,
                                            const Completion& asked);

// NOT_FOUND naming the intervention.
absl::Status NoSuchIntervention(const Presenter& presenter,
                                absl::string_view id);

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTION_CHANGES_H_
