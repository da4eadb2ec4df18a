#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_ACCESS_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_ACCESS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "lagesbild/access/v1/access.pb.h"
#include "services/interventions/gaps.h"
#include "services/interventions/interventions.h"

// Who may do what. The method's rule has been checked before.
namespace lagesbild::interventions {

// PERMISSION_DENIED unless there can be a site at which the caller may
// intervene. Asked before anything is looked up, so that a refusal tells
// nothing.
absl::Status CheckMayWriteSome(const access::v1::Caller& caller);

// PERMISSION_DENIED unless the caller's agency answers for the site's
// municipality, or for the area that answers for the site.
absl::Status CheckMayWriteAt(const access::v1::Caller& caller,
                             const Site& site);

// PERMISSION_DENIED unless the caller's agency answers for every municipality
// of the intervention: for sites that are gone.
absl::Status CheckMayWrite(const access::v1::Caller& caller,
                           const Intervention& intervention);

// PERMISSION_DENIED unless the caller may name `agency` as the one responsible:
// its own, or any as the coordination office.
absl::Status CheckMayMakeResponsible(const access::v1::Caller& caller,
                                     absl::string_view agency);

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_ACCESS_H_
