#include "services/interventions/interventions.h"

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::interventions {
namespace {

absl::Status WrongState(const Intervention& intervention,
                        absl::string_view wanted) {
  return absl::FailedPreconditionError(
      absl::StrCat("the intervention is ", StateName(intervention.state),
                   "; it must be ", wanted));
}

}  // namespace

absl::string_view StateName(State state) {
  switch (state) {
    case State::kPlanned:
      return "PLANNED";
    case State::kActive:
      return "ACTIVE";
    case State::kPaused:
      return "PAUSED";
    case State::kCompleted:
      return "COMPLETED";
    case State::kCancelled:
      return "CANCELLED";
    case State::kUnspecified:
      break;
  }
  return "UNSPECIFIED";
}

absl::Status Activate(std::optional<base::Date> start, base::Date today,
                      Intervention* intervention) {
  if (intervention->state != State::kPlanned &&
      intervention->state != State::kPaused) {
    return WrongState(*intervention, "PLANNED or PAUSED");
  }
  const base::Date first = start.value_or(today);
  if (first > today) {
    return base::InvalidField("start_date", "lies in the future");
  }
  if (intervention->end && first >= *intervention->end) {
    return base::InvalidField("start_date",
                              "is not before the intervention's end_date");
  }
  // What goes on after a pause began when it began.
  if (start || !intervention->start || intervention->state == State::kPlanned) {
    intervention->start = first;
  }
  intervention->state = State::kActive;
  return absl::OkStatus();
}

absl::Status Complete(std::optional<base::Date> end, base::Date today,
                      Intervention* intervention) {
  if (intervention->state != State::kActive &&
      intervention->state != State::kPaused) {
    return WrongState(*intervention, "ACTIVE or PAUSED");
  }
  const base::Date after_last = end.value_or(today + 1);
  if (after_last > today + 1) {
    return base::InvalidField("end_date", "lies beyond tomorrow");
  }
  if (intervention->start && after_last <= *intervention->start) {
    return base::InvalidField("end_date",
                              "is not after the intervention's start_date");
  }
  intervention->end = after_last;
  intervention->state = State::kCompleted;
  return absl::OkStatus();
}

State StateOn(const Intervention& intervention, base::Date date) {
  const bool carried_out = intervention.state == State::kActive ||
                           intervention.state == State::kPaused ||
                           intervention.state == State::kCompleted;
  if (!carried_out) return intervention.state;
  if (intervention.start && date < *intervention.start) return State::kPlanned;
  const bool ended = intervention.end && date >= *intervention.end;
  if (intervention.state == State::kCompleted && !ended && intervention.start) {
    return State::kActive;
  }
  return intervention.state;
}

bool FollowUpOverdue(const Intervention& intervention, base::Date date) {
  return intervention.next_follow_up && *intervention.next_follow_up < date;
}

}  // namespace lagesbild::interventions
