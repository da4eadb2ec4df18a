#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_DECISION_FIXTURE_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_DECISION_FIXTURE_H_

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/notifications/decision.h"

// For tests: upstream records, and facts kept by hand.
namespace lagesbild::notifications {

inline const absl::Time kNow = absl::FromUnixSeconds(1700000000);

inline KeptSite SiteOf(const std::string& id, SiteState state) {
  return {.name = "regions/r/sites/" + id,
          .state = state,
          .agreed = SiteState::kUnspecified,
          .municipality = "0180",
          .municipalities = {"0180"},
          .display_name = "Torget " + id,
          .extra = ""};
}

inline KeptExposure ExposureOf(const std::string& site,
                               const std::string& place) {
  return {.name = absl::StrCat("regions/r/exposures/l~", site, "~", place),
          .site = "regions/r/sites/" + site,
          .municipality = "0180",
          .place_display_name = "Skola " + place,
          .extra = ""};
}

inline KeptGap GapOf(const std::string& site) {
  return {.name = "regions/r/coverageGaps/" + site,
          .site = "regions/r/sites/" + site,
          .municipality = "0180",
          .site_display_name = "Torget " + site,
          .extra = ""};
}

inline Origin At(std::int64_t revision, Word word = Word::kChange) {
  return {.word = word,
          .store_id = "store",
          .revision = revision,
          .time = kNow + absl::Seconds(revision)};
}

template <typename T>
void Take(const std::map<std::string, std::optional<T>>& effects,
          HeldById<T>* facts) {
  for (const auto& [id, value] : effects) {
    facts->erase(id);
    if (value) (*facts)[id] = {std::make_shared<const T>(*value), 1};
  }
}

// What the ledger and its projection do, done by hand.
inline void Commit(const Effects& effects, Facts* facts) {
  Take(effects.sites, &facts->sites);
  Take(effects.exposures, &facts->exposures);
  Take(effects.gaps, &facts->gaps);
  facts->exposures_at.clear();
  for (const auto& [id, held] : facts->exposures) {
    ++facts->exposures_at[held.value->site];
  }
  for (const auto& [id, alert] : effects.alerts) {
    facts->alerts[id] = {std::make_shared<const Alert>(alert), 1};
  }
  facts->open_alerts.clear();
  for (const auto& [id, held] : facts->alerts) {
    if (held.value->state != AlertState::kResolved) {
      facts->open_alerts[held.value->fingerprint] = id;
    }
  }
  for (const Delivery& delivery : effects.deliveries) {
    facts->deliveries[delivery.id] = {std::make_shared<Delivery>(delivery), 1};
    facts->last_create = std::max(facts->last_create, delivery.create_time);
  }
}

inline void Subscribe(const std::string& id, Facts* facts,
                      bool disabled = false) {
  Contact contact;
  contact.id = "c-" + id;
  contact.disabled = disabled;
  Subscription subscription;
  subscription.id = id;
  subscription.contact = contact.id;
  facts->contacts[contact.id] = {std::make_shared<const Contact>(contact), 1};
  facts->subscriptions[id] = {
      std::make_shared<const Subscription>(subscription), 1};
}

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_DECISION_FIXTURE_H_
