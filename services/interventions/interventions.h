#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/base/civil_date.h"
#include "lib/geo/units.h"

// Interventions: what is done about a site. Pure.
namespace lagesbild::interventions {

// Numbers are the contract's, and stored.
enum class State {
  kUnspecified = 0,
  kPlanned = 1,
  kActive = 2,
  kPaused = 3,
  kCompleted = 4,
  kCancelled = 5,
};

// "PLANNED".
absl::string_view StateName(State state);

// An id in an agency's own files.
struct ExternalRef {
  std::string system;
  std::string id;

  friend bool operator==(const ExternalRef&, const ExternalRef&) = default;
};

// A measure at one or more sites. Dates are civil, [start, end).
struct Intervention {
  std::string id;
  std::vector<std::string> sites;  // ids, in the order given, each once
  std::string type;                // id in the catalogue
  std::string display_name;
  std::string responsible_agency;
  std::vector<std::string> partners;
  std::string aim;
  State state = State::kPlanned;
  std::optional<base::Date> start;
  std::optional<base::Date> end;
  std::optional<base::Date> next_follow_up;
  std::string outcome;
  std::string plan;
  std::vector<std::string> municipalities;  // of the sites, sorted
  std::vector<ExternalRef> external_refs;
  absl::Time create_time;
  absl::Time update_time;

  friend bool operator==(const Intervention&, const Intervention&) = default;
};

// PLANNED or PAUSED becomes ACTIVE on `start`, or `today` where none is given.
// FAILED_PRECONDITION in any other state; INVALID_ARGUMENT naming start_date
// when it lies in the future or not before the intervention's end.
absl::Status Activate(std::optional<base::Date> start, base::Date today,
                      Intervention* intervention);

// ACTIVE or PAUSED becomes COMPLETED; `end` is the day after the last, tomorrow
// where none is given. FAILED_PRECONDITION in any other state; INVALID_ARGUMENT
// naming end_date when it lies beyond tomorrow or not after the start.
absl::Status Complete(std::optional<base::Date> end, base::Date today,
                      Intervention* intervention);

// Where it stood on another day than today, by its dates: before `start` it was
// planned, from `end` on it is what it ended as, between them it was active if
// it is, or was, carried out. On a day to come it stands as it does now.
//
// Not bitemporal yet: pauses have no dates, so one that is paused now counts as
// paused from its start; one without a start stands where it stands now; when
// it was planned is not known, so it counts as planned however far back.
State StateOn(const Intervention& intervention, base::Date date);

// Whether the day of its next follow-up has passed on `date`. It matters as
// long as the intervention is active.
bool FollowUpOverdue(const Intervention& intervention, base::Date date);

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_H_
