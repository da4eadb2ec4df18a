#include "services/registry/registry.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace lagesbild::registry {
namespace {

constexpr int kParties = 2;

int IndexOf(Party party) { return party == Party::kPolice ? 1 : 0; }

absl::string_view NameOf(Party party) {
  return party == Party::kPolice ? "police" : "municipality";
}

absl::string_view Words(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOpen:
      return "open";
    case Verdict::kCeased:
      return "ceased";
    case Verdict::kNotAScene:
      return "not a scene";
    case Verdict::kUnspecified:
      break;
  }
  return "nothing";
}

SiteState Agreed(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOpen:
      return SiteState::kOpen;
    case Verdict::kCeased:
      return SiteState::kCeased;
    case Verdict::kNotAScene:
      return SiteState::kWithdrawn;
    case Verdict::kUnspecified:
      break;
  }
  return SiteState::kUnspecified;
}

// Newest evidence last. Beyond evidence and recording, the order only makes the
// result independent of how the caller sorted.
auto EvidenceOrder(const Assessment& a) {
  return std::make_tuple(a.evidence_date, a.create_time, a.valid_from, a.party,
                         a.verdict);
}

std::vector<const Assessment*> HoldingOn(
    absl::Span<const Assessment> assessments, base::Date date) {
  std::vector<const Assessment*> holding;
  for (const Assessment& a : assessments) {
    if (a.valid_from <= date) holding.push_back(&a);
  }
  std::stable_sort(holding.begin(), holding.end(),
                   [](const Assessment* a, const Assessment* b) {
                     return EvidenceOrder(*a) < EvidenceOrder(*b);
                   });
  return holding;
}

// The parties' words, taken one after the other in the order of evidence.
class Dialogue {
 public:
  void Hear(const Assessment& a) {
    words_[IndexOf(a.party)] = &a;
    if (words_[0] == nullptr || words_[1] == nullptr) {
      state_ = SiteState::kProposed;
    } else if (words_[0]->verdict == words_[1]->verdict) {
      agreed_ = a.verdict;
      state_ = Agreed(a.verdict);
    } else {
      Differ(a.party);
    }
  }

  SiteState state() const { return state_; }
  SiteState counted() const {
    return state_ == SiteState::kPending ? Agreed(*agreed_) : state_;
  }

  std::vector<std::string> Reasons() const {
    std::vector<std::string> reasons;
    reasons.reserve(kParties + 1);
    for (int i = 0; i < kParties; ++i) reasons.push_back(Say(i));
    if (state_ == SiteState::kPending) {
      reasons.push_back(absl::StrCat(
          NameOf(departed_), " departs from what was agreed: ", Words(*agreed_),
          " counts on until the other party has spoken"));
    } else if (state_ == SiteState::kContested) {
      reasons.push_back("the parties' words differ: counted apart");
    }
    return reasons;
  }

 private:
  void Differ(Party speaker) {
    const bool both_depart =
        state_ == SiteState::kPending && speaker != departed_;
    if (!agreed_ || both_depart || state_ == SiteState::kContested) {
      state_ = SiteState::kContested;
    } else if (state_ != SiteState::kPending) {
      state_ = SiteState::kPending;
      departed_ = speaker;
    }
  }

  std::string Say(int party) const {
    const Party who = party == 1 ? Party::kPolice : Party::kMunicipality;
    const Assessment* word = words_[party];
    if (word == nullptr) return absl::StrCat(NameOf(who), ": no word");
    return absl::StrCat(NameOf(who), ": ", Words(word->verdict), " from ",
                        base::FormatDate(word->valid_from), ", evidence of ",
                        base::FormatDate(word->evidence_date),
                        word->on_behalf ? ", recorded on its behalf" : "");
  }

  const Assessment* words_[kParties] = {nullptr, nullptr};
  std::optional<Verdict> agreed_;
  Party departed_ = Party::kUnspecified;
  SiteState state_ = SiteState::kUnspecified;
};

Dialogue DialogueOn(absl::Span<const Assessment> assessments, base::Date date) {
  Dialogue dialogue;
  for (const Assessment* a : HoldingOn(assessments, date)) dialogue.Hear(*a);
  return dialogue;
}

// States change only on the days from which some verdict holds.
std::optional<base::Date> RunStart(absl::Span<const Assessment> assessments,
                                   base::Date date, SiteState state) {
  std::vector<base::Date> days;
  for (const Assessment& a : assessments) {
    if (a.valid_from <= date) days.push_back(a.valid_from);
  }
  std::sort(days.rbegin(), days.rend());
  std::optional<base::Date> start;
  for (const base::Date day : days) {
    if (DialogueOn(assessments, day).state() != state) break;
    start = day;
  }
  return start;
}

// The days on which what holds changes, in order.
std::set<base::Date> DaysOf(absl::Span<const Assessment> assessments) {
  std::set<base::Date> days;
  for (const Assessment& a : assessments) days.insert(a.valid_from);
  return days;
}

bool IsStale(absl::Span<const Assessment> assessments, base::Date date) {
  const absl::CivilMonth month(date);
  const base::Date limit =
      base::Date(month - kStaleAfterMonths) + (date - base::Date(month));
  return std::none_of(assessments.begin(), assessments.end(),
                      [&](const Assessment& a) {
                        return a.valid_from <= date && a.evidence_date >= limit;
                      });
}

Standing Unassessed() {
  return {.state = SiteState::kProposed,
          .counted = SiteState::kProposed,
          .reasons = {"reported; neither party has assessed it"},
          .since = std::nullopt,
          .stale = false};
}

base::Date KnownSince(const Site& site) {
  return site.established_since.value_or(base::DateInSweden(site.create_time));
}

Standing BeforeAllVerdicts(base::Date date) {
  return {
      .state = SiteState::kUnspecified,
      .counted = SiteState::kUnspecified,
      .reasons = {absl::StrCat("no verdict holds on ", base::FormatDate(date))},
      .since = std::nullopt,
      .stale = false};
}

// The site as every agency sees it.
Site ForPartners(Site site) {
  site.responsible_note.clear();
  site.law_enforcement_note.clear();
  site.owner_note.clear();
  for (Assessment& a : site.assessments) a.note.clear();
  site.update_time = absl::Time();
  return site;
}

}  // namespace

absl::string_view AreaKindName(AreaKind kind) {
  switch (kind) {
    case AreaKind::kMunicipality:
      return "municipality";
    case AreaKind::kDistrict:
      return "district";
    case AreaKind::kPoliceArea:
      return "police-area";
    case AreaKind::kUnspecified:
      break;
  }
  return "area";
}

Standing StandingOn(absl::Span<const Assessment> assessments, base::Date date) {
  if (assessments.empty()) return Unassessed();
  const Dialogue dialogue = DialogueOn(assessments, date);
  if (dialogue.state() == SiteState::kUnspecified) {
    return BeforeAllVerdicts(date);
  }
  return {.state = dialogue.state(),
          .counted = dialogue.counted(),
          .reasons = dialogue.Reasons(),
          .since = RunStart(assessments, date, dialogue.state()),
          .stale = IsStale(assessments, date)};
}

Standing StandingOf(const Site& site, base::Date date) {
  if (!site.assessments.empty()) return StandingOn(site.assessments, date);
  return KnownSince(site) <= date ? Unassessed() : BeforeAllVerdicts(date);
}

std::vector<DatedState> StatesOf(const Site& site) {
  if (site.assessments.empty()) {
    return {{KnownSince(site), SiteState::kProposed, SiteState::kProposed}};
  }
  const auto all = HoldingOn(site.assessments, base::Date::max());
  std::vector<DatedState> states;
  for (const base::Date day : DaysOf(site.assessments)) {
    Dialogue dialogue;
    for (const Assessment* a : all) {
      if (a->valid_from <= day) dialogue.Hear(*a);
    }
    const DatedState next{day, dialogue.state(), dialogue.counted()};
    const bool same = !states.empty() && states.back().state == next.state &&
                      states.back().counted == next.counted;
    if (!same) states.push_back(next);
  }
  return states;
}

bool IsLive(SiteState state) {
  return state != SiteState::kWithdrawn && state != SiteState::kSuperseded;
}

bool SameForPartners(const Site& a, const Site& b) {
  return ForPartners(a) == ForPartners(b);
}

bool SameVerdict(const Assessment& a, const Assessment& b) {
  return a.party == b.party && a.verdict == b.verdict &&
         a.valid_from == b.valid_from && a.evidence_date == b.evidence_date &&
         a.definition_version == b.definition_version && a.note == b.note;
}

}  // namespace lagesbild::registry
