#include "services/notifications/decision.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace lagesbild::notifications {
namespace {

std::string Id(const std::string& name) { return std::string(IdOf(name)); }

// What is kept of `name`: as changed here, else as in the facts.
template <typename T>
const T* Kept(const std::map<std::string, std::optional<T>>& changed,
              const HeldById<T>& facts, const std::string& name) {
  const std::string id = Id(name);
  if (const auto it = changed.find(id); it != changed.end()) {
    return it->second ? &*it->second : nullptr;
  }
  const auto it = facts.find(id);
  return it == facts.end() ? nullptr : it->second.value.get();
}

// Names in the facts that `present` does not have.
template <typename T>
std::vector<std::string> Missing(const HeldById<T>& facts,
                                 const std::vector<T>& present) {
  std::set<absl::string_view> names;
  for (const T& record : present) names.insert(record.name);
  std::vector<std::string> missing;
  for (const auto& [id, held] : facts) {
    const std::string& name = held.value->name;
    if (names.count(name) == 0) missing.push_back(name);
  }
  return missing;
}

void AddTo(Codes* codes, const Codes& more) {
  codes->insert(more.begin(), more.end());
}

bool Includes(const Codes& all, const Codes& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

// What a site counts as.
SiteState Counted(const KeptSite& site) {
  return site.state == SiteState::kPending ? site.agreed : site.state;
}

bool IsOver(SiteState state) {
  return state == SiteState::kWithdrawn || state == SiteState::kSuperseded;
}

}  // namespace

std::string EventId(const Origin& origin, EventKind kind,
                    absl::string_view subject) {
  return StableId({"event", origin.store_id, absl::StrCat(origin.revision),
                   absl::StrCat(static_cast<int>(kind)), subject});
}

std::optional<EventKind> SiteEvent(const KeptSite* before, SiteState now) {
  const SiteState from =
      before != nullptr ? Counted(*before) : SiteState::kUnspecified;
  if (now == from) return std::nullopt;
  const bool had_ceased =
      before != nullptr && before->agreed == SiteState::kCeased;
  switch (now) {
    case SiteState::kProposed:
      return EventKind::kSiteProposed;
    case SiteState::kOpen:
      return had_ceased ? EventKind::kSiteReopened : EventKind::kSiteOpened;
    case SiteState::kContested:
      return EventKind::kSiteContested;
    case SiteState::kCeased:
      return EventKind::kSiteCeased;
    default:
      return std::nullopt;
  }
}

KeptSite KeepSite(const KeptSite* before, KeptSite now) {
  if (now.state == SiteState::kOpen || now.state == SiteState::kCeased) {
    now.agreed = now.state;
  } else if (now.state == SiteState::kWithdrawn || before == nullptr) {
    now.agreed = SiteState::kUnspecified;
  } else {
    now.agreed = before->agreed;
  }
  if (before != nullptr) now.extra = before->extra;
  return now;
}

Decision::Decision(const Facts* facts, absl::Time now)
    // The order of deliveries must survive a clock that steps back.
    : facts_(facts), now_(std::max(now, facts->last_create)) {}

void Decision::SiteIs(const Origin& origin, const KeptSite& site) {
  const KeptSite* before = Kept(effects_.sites, facts_->sites, site.name);
  const About about = {site.name, site.name, site.municipality,
                       site.display_name,
                       before == nullptr ? Codes() : before->municipalities};
  const std::optional<EventKind> kind = SiteEvent(before, site.state);
  const KeptSite next = KeepSite(before, site);
  const std::optional<EventKind> since =
      before == nullptr ? std::nullopt : SiteEvent(nullptr, Counted(next));
  effects_.sites[Id(site.name)] = next;
  if (kind) {
    Happened(origin, *kind, about);
  } else if (IsOver(site.state)) {
    EndQuietly(site.name);
  } else if (since && Fires(*since)) {
    GoesOn(origin, *since, about);
  }
  GoesOnAt(origin, EventKind::kExposureEntered, next);
  GoesOnAt(origin, EventKind::kGapOpened, next);
}

void Decision::ExposureIs(const Origin& origin, const KeptExposure& exposure) {
  KeptExposure next = exposure;
  About about = {exposure.name,
                 exposure.site,
                 exposure.municipality,
                 exposure.place_display_name,
                 {}};
  const KeptExposure* before =
      Kept(effects_.exposures, facts_->exposures, exposure.name);
  if (before == nullptr) {
    ++exposures_more_[exposure.site];
    Happened(origin, EventKind::kExposureEntered, about);
  } else {
    about.before = {before->municipality};
    GoesOn(origin, EventKind::kExposureEntered, about);
    next.extra = before->extra;
  }
  effects_.exposures[Id(exposure.name)] = std::move(next);
}

void Decision::GapIs(const Origin& origin, const KeptGap& gap) {
  KeptGap next = gap;
  About about = {
      gap.name, gap.site, gap.municipality, gap.site_display_name, {}};
  const KeptGap* before = Kept(effects_.gaps, facts_->gaps, gap.name);
  if (before == nullptr) {
    Happened(origin, EventKind::kGapOpened, about);
  } else {
    about.before = {before->municipality};
    GoesOn(origin, EventKind::kGapOpened, about);
    next.extra = before->extra;
  }
  effects_.gaps[Id(gap.name)] = std::move(next);
}

void Decision::SiteGone(const Origin&, const std::string& name) {
  if (Kept(effects_.sites, facts_->sites, name) == nullptr) return;
  EndQuietly(name);
  effects_.sites[Id(name)] = std::nullopt;
}

void Decision::ExposureGone(const Origin& origin, const std::string& name) {
  const KeptExposure* before =
      Kept(effects_.exposures, facts_->exposures, name);
  if (before == nullptr) return;
  --exposures_more_[before->site];
  Happened(origin, EventKind::kExposureLeft,
           {before->name,
            before->site,
            before->municipality,
            before->place_display_name,
            {}});
  effects_.exposures[Id(name)] = std::nullopt;
}

void Decision::GapGone(const Origin& origin, const std::string& name) {
  const KeptGap* before = Kept(effects_.gaps, facts_->gaps, name);
  if (before == nullptr) return;
  Happened(origin, EventKind::kGapClosed,
           {before->name,
            before->site,
            before->municipality,
            before->site_display_name,
            {}});
  effects_.gaps[Id(name)] = std::nullopt;
}

void Decision::SitesAre(const Origin& origin,
                        const std::vector<KeptSite>& sites) {
  for (const std::string& name : Missing(facts_->sites, sites)) {
    SiteGone(origin, name);
  }
  for (const KeptSite& site : sites) SiteIs(origin, site);
}

void Decision::ExposuresAre(const Origin& origin,
                            const std::vector<KeptExposure>& exposures) {
  // Those that came first: a site that keeps an exposure keeps its alert.
  for (const KeptExposure& exposure : exposures) ExposureIs(origin, exposure);
  for (const std::string& name : Missing(facts_->exposures, exposures)) {
    ExposureGone(origin, name);
  }
}

void Decision::GapsAre(const Origin& origin, const std::vector<KeptGap>& gaps) {
  for (const std::string& name : Missing(facts_->gaps, gaps)) {
    GapGone(origin, name);
  }
  for (const KeptGap& gap : gaps) GapIs(origin, gap);
}

const Alert* Decision::OpenAlert(const std::string& fingerprint) const {
  std::string id;
  if (const auto it = open_alerts_.find(fingerprint);
      it != open_alerts_.end()) {
    id = it->second;
  } else if (const auto fact = facts_->open_alerts.find(fingerprint);
             fact != facts_->open_alerts.end()) {
    id = fact->second;
  }
  if (id.empty()) return nullptr;
  if (const auto it = effects_.alerts.find(id); it != effects_.alerts.end()) {
    return &it->second;
  }
  return facts_->alerts.at(id).value.get();
}

int Decision::ExposuresAt(const std::string& site) const {
  const auto fact = facts_->exposures_at.find(site);
  const auto more = exposures_more_.find(site);
  return (fact == facts_->exposures_at.end() ? 0 : fact->second) +
         (more == exposures_more_.end() ? 0 : more->second);
}

Codes Decision::ConcernedBy(const About& about) const {
  Codes concerned = {about.municipality};
  const KeptSite* site = Kept(effects_.sites, facts_->sites, about.site);
  if (site != nullptr) AddTo(&concerned, site->municipalities);
  return concerned;
}

void Decision::Happened(const Origin& origin, EventKind kind,
                        const About& about, const Codes& told) {
  if (origin.word == Word::kKnown) return;
  Event event;
  event.id = EventId(origin, kind, about.subject);
  event.kind = kind;
  event.subject = about.subject;
  event.site = about.site;
  event.municipality = about.municipality;
  event.display_name = about.display_name;
  event.catch_up = origin.word == Word::kCatchUp;
  event.time = event.catch_up ? now_ : origin.time;
  const bool over = kind == EventKind::kExposureLeft
                        ? ExposuresAt(about.site) == 0
                        : !Fires(kind);
  Alert alert =
      Alerted(OpenAlert(FingerprintOf(kind, about.site)), event, over, now_);
  AddTo(&alert.told, ConcernedBy(about));
  AddTo(&alert.told, about.before);
  Tell(event, alert, told);
  PutAlert(std::move(alert));
  effects_.events.push_back(std::move(event));
}

void Decision::GoesOn(const Origin& origin, EventKind kind,
                      const About& about) {
  const Alert* open = OpenAlert(FingerprintOf(kind, about.site));
  const Codes told = open == nullptr ? about.before : open->told;
  if (!Includes(told, ConcernedBy(about))) {
    return Happened(origin, kind, about, told);
  }
  if (open == nullptr || open->municipality == about.municipality) return;
  Alert moved = *open;
  moved.municipality = about.municipality;
  moved.update_time = now_;
  PutAlert(std::move(moved));
}

void Decision::GoesOnAt(const Origin& origin, EventKind kind,
                        const KeptSite& site) {
  const Alert* open = OpenAlert(FingerprintOf(kind, site.name));
  if (open == nullptr) return;
  const auto last =
      std::find_if(open->events.rbegin(), open->events.rend(),
                   [kind](const Event& event) { return event.kind == kind; });
  if (last == open->events.rend()) return;
  const About about = {
      last->subject, last->site, open->municipality, last->display_name, {}};
  GoesOn(origin, kind, about);
}

void Decision::PutAlert(Alert alert) {
  open_alerts_[alert.fingerprint] =
      alert.state == AlertState::kResolved ? "" : alert.id;
  const std::string id = alert.id;
  effects_.alerts[id] = std::move(alert);
}

void Decision::Tell(const Event& event, const Alert& alert, const Codes& told) {
  for (const auto& [id, held] : facts_->subscriptions) {
    const Subscription& subscription = *held.value;
    if (!Wants(subscription, event.kind, alert.told)) continue;
    if (!told.empty() && Wants(subscription, event.kind, told)) continue;
    const auto contact = facts_->contacts.find(subscription.contact);
    if (contact == facts_->contacts.end()) continue;
    if (contact->second.value->disabled) continue;
    Delivery delivery =
        NewDelivery(subscription, event, alert.id, now_,
                    static_cast<std::int64_t>(effects_.deliveries.size()));
    if (facts_->deliveries.count(delivery.id) > 0) continue;
    effects_.deliveries.push_back(std::move(delivery));
  }
}

void Decision::EndQuietly(const std::string& site) {
  const Alert* open = OpenAlert(absl::StrCat("site/", IdOf(site)));
  if (open == nullptr) return;
  Alert alert = *open;
  alert.state = AlertState::kResolved;
  alert.update_time = now_;
  PutAlert(std::move(alert));
}

}  // namespace lagesbild::notifications
