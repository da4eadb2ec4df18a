#ifndef LAGESBILD_SERVICES_INTERVENTIONS_GAPS_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_GAPS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/base/civil_date.h"
#include "lib/geo/units.h"
#include "services/interventions/interventions.h"

// Coverage gaps: counting sites near a school where no measure is active. Pure
// functions of what is known of one site.
namespace lagesbild::interventions {

// The question that gaps answer: primary schools within 500 m.
inline constexpr char kDefaultLayer[] = "primary-schools-500";

// Numbers are the registry's contract's, and stored.
enum class SiteState {
  kUnspecified = 0,
  kProposed = 1,
  kOpen = 2,
  kContested = 3,
  kCeased = 4,
  kPending = 5,
  kWithdrawn = 6,
  kSuperseded = 7,
};

// What a site was from a day on.
struct DatedState {
  base::Date from;
  SiteState state = SiteState::kUnspecified;
  SiteState counted = SiteState::kUnspecified;  // what a PENDING one counts as

  friend bool operator==(const DatedState&, const DatedState&) = default;
};

// What is kept of a site of the registry.
struct Site {
  std::string display_name;
  SiteState state = SiteState::kUnspecified;
  SiteState counted = SiteState::kUnspecified;
  std::vector<DatedState> states = {};  // oldest first, each until the next
  std::string municipality;             // code, of the one that it lies in
  std::string responsible;              // code, of the area that answers for it
  std::int64_t registry_revision = 0;  // that made it so; not a fact of its own
};

// Equal but for the revision.
bool SameFacts(const Site& a, const Site& b);

// The codes of the areas that answer for it, sorted, each once.
std::vector<std::string> MunicipalitiesOf(const Site& site);

// The same of all its sites; those that it has when one of them is gone.
// `find_site` gives null for that one.
std::vector<std::string> MunicipalitiesOf(
    const Intervention& intervention,
    const std::function<const Site*(const std::string& id)>& find_site);

// The site with its state on a day; UNSPECIFIED before all that is known.
Site SiteOn(const Site& site, base::Date date);

// OPEN or CONTESTED; a PENDING one as long as it counts as such.
bool Counts(const Site& site);

// What is kept of an exposure of the default layer.
struct Exposure {
  std::string site;
  std::string place;
  std::string place_display_name;
  geo::Meters distance;  // from the site's edge
  geo::Meters radius;    // the layer's
  bool definite = false;
  std::optional<base::Date> valid_from = {};  // the place's dates, half-open
  std::optional<base::Date> valid_to = {};
  bool current = true;  // the place exists now, as proximity has it

  friend bool operator==(const Exposure&, const Exposure&) = default;
};

// Numbers are the contract's, and stored. What was evaluated is not known yet:
// EVALUATED_STILL_OPEN comes with evaluations.
enum class GapKind {
  kUnspecified = 0,
  kNoMeasure = 1,
  kPlannedOnly = 2,
  kPaused = 3,
  kFollowUpOverdue = 4,
  kEndedUnevaluated = 5,
  kEvaluatedStillOpen = 6,
};

struct Gap {
  std::string site;  // id
  std::string site_display_name;
  SiteState site_state = SiteState::kUnspecified;
  std::string responsible_municipality;
  GapKind kind = GapKind::kUnspecified;
  std::vector<std::string> measures;  // types that the kind is about, sorted
  absl::Time since;                   // the one who records it sets it
  int places = 0;
  std::string nearest_place;  // id
  std::string nearest_place_display_name;
  geo::Meters nearest_distance;
  geo::Meters radius;
  bool definite = false;

  friend bool operator==(const Gap&, const Gap&) = default;
};

// "Contested; 2 primary schools within 500 m; planned, not begun: lighting".
std::string ReasonOf(const Gap& gap);

// All that is known of one site.
struct SiteFacts {
  std::string id;
  const Site* site = nullptr;  // null: there is none
  std::vector<Exposure> exposures;
  std::vector<std::shared_ptr<const Intervention>> interventions;
};

// The gap at the site on `today` as the interventions stand; nothing where the
// site does not count, is near no school, or a measure is active and followed
// up. Of several measures that are not active the one that is nearest to it
// tells the kind: paused before planned before ended; cancelled ones are as if
// they had not been.
//
// `since` is the earliest that can be: the beginning of the day on which the
// follow-up of the last active measure became overdue, infinitely past for the
// other kinds.
std::optional<Gap> GapOf(const SiteFacts& facts, base::Date today);

// As GapOf, for another day: the site by the dates of its states, the places
// that existed then, the interventions where they stood (StateOn). Where the
// site lay and who answered for it is taken as it was recorded last: the
// registry has no dates for that.
std::optional<Gap> GapOn(const SiteFacts& facts, base::Date date);

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_GAPS_H_
