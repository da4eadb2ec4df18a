#include "services/interventions/gaps.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace lagesbild::interventions {
namespace {

using StateFn = std::function<State(const Intervention&)>;

// By kind of gap, in the order in which they are asked for.
constexpr struct {
  State state;
  GapKind kind;
} kKinds[] = {{State::kActive, GapKind::kFollowUpOverdue},
              {State::kPaused, GapKind::kPaused},
              {State::kPlanned, GapKind::kPlannedOnly},
              {State::kCompleted, GapKind::kEndedUnevaluated}};

bool Nearer(const Exposure& a, const Exposure& b) {
  if (a.distance != b.distance) return a.distance < b.distance;
  return a.place < b.place;
}

// Which day it is about, and where interventions stand on it.
struct Day {
  base::Date date;
  StateFn state_of;
};

// The gap without kind, measures and since.
std::optional<Gap> BareGap(const SiteFacts& facts) {
  if (facts.site == nullptr || !Counts(*facts.site) ||
      facts.exposures.empty()) {
    return std::nullopt;
  }
  const Exposure& nearest =
      *std::min_element(facts.exposures.begin(), facts.exposures.end(), Nearer);
  Gap gap;
  gap.site = facts.id;
  gap.site_display_name = facts.site->display_name;
  gap.site_state = facts.site->state;
  gap.responsible_municipality = facts.site->responsible;
  gap.places = static_cast<int>(facts.exposures.size());
  gap.nearest_place = nearest.place;
  gap.nearest_place_display_name = nearest.place_display_name;
  gap.nearest_distance = nearest.distance;
  gap.radius = nearest.radius;
  gap.definite =
      std::any_of(facts.exposures.begin(), facts.exposures.end(),
                  [](const Exposure& exposure) { return exposure.definite; });
  return gap;
}

std::vector<std::string> TypesIn(const SiteFacts& facts, State state,
                                 const Day& day) {
  std::set<std::string> types;
  for (const auto& intervention : facts.interventions) {
    if (day.state_of(*intervention) == state) types.insert(intervention->type);
  }
  return {types.begin(), types.end()};
}

bool HoldsOn(const Exposure& exposure, base::Date date) {
  return (!exposure.valid_from || *exposure.valid_from <= date) &&
         (!exposure.valid_to || date < *exposure.valid_to);
}

bool IsCovered(const SiteFacts& facts, const Day& day) {
  return std::any_of(facts.interventions.begin(), facts.interventions.end(),
                     [&day](const auto& intervention) {
                       return day.state_of(*intervention) == State::kActive &&
                              !FollowUpOverdue(*intervention, day.date);
                     });
}

// Midnight there: Sweden is an hour ahead of UTC, in summer two.
absl::Time StartOfDayInSweden(base::Date day) {
  const absl::Time utc = absl::FromCivil(day, absl::UTCTimeZone());
  const absl::Time summer = utc - absl::Hours(2);
  return base::DateInSweden(summer) == day ? summer : utc - absl::Hours(1);
}

// When the last of the active measures, which all are, became overdue.
absl::Time OverdueSince(const SiteFacts& facts, const Day& day) {
  absl::Time since = absl::InfinitePast();
  for (const auto& intervention : facts.interventions) {
    if (day.state_of(*intervention) != State::kActive) continue;
    since =
        std::max(since, StartOfDayInSweden(*intervention->next_follow_up + 1));
  }
  return since;
}

std::optional<Gap> Judge(const SiteFacts& facts, const Day& day) {
  std::optional<Gap> gap = BareGap(facts);
  if (!gap || IsCovered(facts, day)) return std::nullopt;
  gap->kind = GapKind::kNoMeasure;
  for (const auto& [state, kind] : kKinds) {
    gap->measures = TypesIn(facts, state, day);
    if (gap->measures.empty()) continue;
    gap->kind = kind;
    break;
  }
  gap->since = OverdueSince(facts, day);
  return gap;
}

absl::string_view Words(SiteState state) {
  switch (state) {
    case SiteState::kContested:
      return "Contested";
    case SiteState::kPending:
      return "Open, under review";
    default:
      return "Open";
  }
}

std::string Words(const Gap& gap) {
  const std::string measures = absl::StrJoin(gap.measures, ", ");
  switch (gap.kind) {
    case GapKind::kPlannedOnly:
      return absl::StrCat("planned, not begun: ", measures);
    case GapKind::kPaused:
      return absl::StrCat("held up: ", measures);
    case GapKind::kFollowUpOverdue:
      return absl::StrCat("active, follow-up overdue: ", measures);
    case GapKind::kEndedUnevaluated:
      return absl::StrCat("ended, not evaluated: ", measures);
    default:
      return "no measure on record";
  }
}

}  // namespace

bool SameFacts(const Site& a, const Site& b) {
  return a.display_name == b.display_name && a.state == b.state &&
         a.counted == b.counted && a.states == b.states &&
         a.municipality == b.municipality && a.responsible == b.responsible;
}

Site SiteOn(const Site& site, base::Date date) {
  Site then = site;
  then.state = then.counted = SiteState::kUnspecified;
  for (const DatedState& dated : site.states) {
    if (dated.from > date) break;
    then.state = dated.state;
    then.counted = dated.counted;
  }
  return then;
}

std::vector<std::string> MunicipalitiesOf(const Site& site) {
  std::set<std::string> codes = {site.municipality, site.responsible};
  codes.erase("");
  return {codes.begin(), codes.end()};
}

std::vector<std::string> MunicipalitiesOf(
    const Intervention& intervention,
    const std::function<const Site*(const std::string& id)>& find_site) {
  std::set<std::string> codes;
  for (const std::string& id : intervention.sites) {
    const Site* site = find_site(id);
    if (site == nullptr) return intervention.municipalities;
    for (std::string& code : MunicipalitiesOf(*site)) {
      codes.insert(std::move(code));
    }
  }
  return {codes.begin(), codes.end()};
}

bool Counts(const Site& site) {
  const SiteState state =
      site.state == SiteState::kPending && site.counted != SiteState::kPending
          ? site.counted
          : site.state;
  return state == SiteState::kOpen || state == SiteState::kContested ||
         state == SiteState::kPending;
}

std::string ReasonOf(const Gap& gap) {
  return absl::StrCat(Words(gap.site_state), "; ", gap.places, " primary ",
                      gap.places == 1 ? "school" : "schools", " within ",
                      gap.radius.value(), " m; ", Words(gap));
}

std::optional<Gap> GapOf(const SiteFacts& facts, base::Date today) {
  SiteFacts now = facts;
  std::erase_if(now.exposures, [](const Exposure& e) { return !e.current; });
  return Judge(now, {today, [](const Intervention& i) { return i.state; }});
}

std::optional<Gap> GapOn(const SiteFacts& facts, base::Date date) {
  if (facts.site == nullptr) return std::nullopt;
  SiteFacts then = facts;
  const Site site = SiteOn(*facts.site, date);
  then.site = &site;
  std::erase_if(then.exposures,
                [date](const Exposure& e) { return !HoldsOn(e, date); });
  return Judge(
      then, {date, [date](const Intervention& i) { return StateOn(i, date); }});
}

}  // namespace lagesbild::interventions
