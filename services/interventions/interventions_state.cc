#include "services/interventions/interventions_state.h"

#include <utility>

#include "absl/strings/strip.h"
#include "lib/base/status.h"
#include "services/interventions/interventions_records.h"

namespace lagesbild::interventions {

void InterventionsState::Apply(const std::string& key, const Value& value,
                               ledger::Revision revision, absl::Time) {
  static constexpr Kind kKinds[] = {
      {kInterventionPrefix, &InterventionsState::ApplyIntervention},
      {kGapPrefix, &InterventionsState::ApplyGap},
      {kKeptSitePrefix, &InterventionsState::ApplySite},
      {kKeptExposurePrefix, &InterventionsState::ApplyExposure},
      {kUndecidedPrefix, &InterventionsState::ApplyUndecided},
      {"", &InterventionsState::ApplySingle},
  };
  for (const Kind& kind : kKinds) {
    absl::string_view id = key;
    if (!absl::ConsumePrefix(&id, kind.prefix)) continue;
    const absl::Status read =
        (this->*kind.apply)(std::string(id), value, revision);
    if (!read.ok()) {
      logger_->Error("a stored record cannot be read",
                     {{"key", key}, {"because", read.ToString()}});
    }
    return;
  }
}

std::shared_ptr<const InterventionEntry> InterventionsState::FindIntervention(
    const std::string& id) const {
  const auto it = interventions_.find(id);
  return it == interventions_.end() ? nullptr : it->second;
}

std::shared_ptr<const Site> InterventionsState::FindSite(
    const std::string& id) const {
  const auto it = sites_.find(id);
  return it == sites_.end() ? nullptr : it->second;
}

const std::set<std::string>& InterventionsState::InterventionsAt(
    const std::string& site) const {
  static const auto* const kNone = new std::set<std::string>();
  const auto it = by_site_.find(site);
  return it == by_site_.end() ? *kNone : it->second;
}

SiteFacts InterventionsState::FactsOf(const std::string& site) const {
  SiteFacts facts;
  facts.id = site;
  facts.site = FindSite(site).get();
  if (const auto it = exposures_.find(site); it != exposures_.end()) {
    for (const auto& [id, exposure] : it->second) {
      facts.exposures.push_back(exposure);
    }
  }
  for (const std::string& id : InterventionsAt(site)) {
    const auto& entry = interventions_.at(id);
    facts.interventions.emplace_back(entry, &entry->intervention);
  }
  return facts;
}

void InterventionsState::DropIntervention(const std::string& id) {
  const auto it = interventions_.find(id);
  if (it == interventions_.end()) return;
  for (const std::string& site : it->second->intervention.sites) {
    const auto at = by_site_.find(site);
    at->second.erase(id);
    if (at->second.empty()) by_site_.erase(at);
  }
  interventions_.erase(it);
}

absl::Status InterventionsState::ApplyIntervention(const std::string& id,
                                                   const Value& value,
                                                   ledger::Revision revision) {
  DropIntervention(id);
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(Intervention read, DecodeIntervention(id, *value));
  for (const std::string& site : read.sites) by_site_[site].insert(id);
  interventions_[id] = std::make_shared<const InterventionEntry>(
      InterventionEntry{std::move(read), *value, revision});
  return absl::OkStatus();
}

absl::Status InterventionsState::ApplyGap(const std::string& id,
                                          const Value& value,
                                          ledger::Revision) {
  gaps_.erase(id);
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(Gap gap, DecodeGap(id, *value));
  gaps_[id] = std::make_shared<const Gap>(std::move(gap));
  return absl::OkStatus();
}

absl::Status InterventionsState::ApplySite(const std::string& id,
                                           const Value& value,
                                           ledger::Revision) {
  sites_.erase(id);
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(Site site, DecodeSite(*value));
  sites_[id] = std::make_shared<const Site>(std::move(site));
  return absl::OkStatus();
}

absl::Status InterventionsState::ApplyExposure(const std::string& id,
                                               const Value& value,
                                               ledger::Revision) {
  const std::string site = SiteInExposure(id);
  if (const auto at = exposures_.find(site); at != exposures_.end()) {
    at->second.erase(id);
    if (at->second.empty()) exposures_.erase(at);
  }
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(exposures_[site][id], DecodeExposure(*value));
  return absl::OkStatus();
}

absl::Status InterventionsState::ApplyUndecided(const std::string& id,
                                                const Value& value,
                                                ledger::Revision) {
  undecided_.erase(id);
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(undecided_[id], DecodeUndecided(*value));
  return absl::OkStatus();
}

absl::Status InterventionsState::ApplySingle(const std::string& key,
                                             const Value& value,
                                             ledger::Revision revision) {
  if (!value) return absl::OkStatus();
  if (key == kRegistryCursorKey || key == kProximityCursorKey) {
    watch::Followed& followed =
        key == kRegistryCursorKey ? registry_ : proximity_;
    LB_ASSIGN_OR_RETURN(followed, watch::DecodeFollowed(*value, revision));
  } else if (key == kInterventionsKey) {
    interventions_revision_ = revision;
  } else if (key == kDayKey) {
    LB_ASSIGN_OR_RETURN(day_, DecodeDay(*value));
    day_revision_ = revision;
  }
  return absl::OkStatus();
}

}  // namespace lagesbild::interventions
