#include "services/interventions/interventions_commit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/interventions/interventions_records.h"

namespace lagesbild::interventions {

CommitBuilder::CommitBuilder(const InterventionsState& state, absl::Time now)
    : state_(state),
      now_(now),
      day_(state.day()),
      undecided_(state.undecided()),
      registry_(state.registry()),
      proximity_(state.proximity()) {}

bool CommitBuilder::CanTake(const SiteNews& news) const {
  return std::none_of(gaps_.begin(), gaps_.end(), [&](const auto& gap) {
    return news.records.count(gap.first) > 0;
  });
}

bool CommitBuilder::CanTake(const ExposureNews& news) const {
  return std::none_of(news.records.begin(), news.records.end(),
                      [&](const auto& record) {
                        return gaps_.count(SiteInExposure(record.first)) > 0;
                      });
}

void CommitBuilder::Take(const SiteNews& news) {
  const Standing before = StandingNow();
  registry_ = {news.cursor, news.reached, registry_.revision};
  registry_moved_ = true;
  const Standing now = StandingNow();
  Ids changed;
  if (news.kind == watch::DeliveryKind::kSnapshot) {
    // What happened in between is not known: none fits what proximity tells
    // until that has come as far.
    changed = HeardOf();
    for (const std::string& id : KeptSites()) {
      if (news.records.count(id) == 0) TakeSite(id, std::nullopt, 0, &changed);
    }
  }
  for (const auto& [id, site] : news.records) {
    TakeSite(id, site, now.registry.revision(), &changed);
  }
  for (const std::string& id : changed) {
    MarkSiteChange(before, now, news.recorded, &undecided_[id]);
    WaitAsEvery(id);
  }
  Settle();
}

void CommitBuilder::Take(const ExposureNews& news) {
  const Standing before = StandingNow();
  proximity_ = {news.cursor, news.reached, proximity_.revision};
  proximity_moved_ = true;
  const Standing now = StandingNow();
  Ids changed;
  if (news.kind == watch::DeliveryKind::kSnapshot) {
    changed = HeardOf();
    for (const std::string& id : KeptExposures()) {
      if (news.records.count(id) == 0) TakeExposure(id, std::nullopt, &changed);
    }
  }
  for (const auto& [id, exposure] : news.records) {
    TakeExposure(id, exposure, &changed);
  }
  for (const std::string& id : changed) {
    MarkExposureChange(before, now, news.recorded, &undecided_[id]);
    WaitAsEvery(id);
  }
  Settle();
}

void CommitBuilder::Put(Intervention intervention) {
  const auto shared =
      std::make_shared<const Intervention>(std::move(intervention));
  interventions_[shared->id] = shared;
  for (const std::string& site : shared->sites) {
    // One that waits is decided when it waits no more.
    if (undecided_.count(site) == 0) Decide(site, now_);
  }
}

void CommitBuilder::RollDay(base::Date today) {
  if (day_ && *day_ >= today) return;
  day_ = today;
  for (const auto& [id, entry] : state_.interventions()) {
    if (!FollowUpOverdue(entry->intervention, today)) continue;
    for (const std::string& site : entry->intervention.sites) {
      // The gap itself says since which day; this one may be a later one.
      if (undecided_.count(site) == 0) Decide(site, absl::InfinitePast());
    }
  }
}

void CommitBuilder::TakeSite(const std::string& id,
                             const std::optional<Site>& site,
                             std::int64_t revision, Ids* changed) {
  const Site* kept = FindSite(id);
  if (!site && kept == nullptr) return;
  if (site && kept != nullptr && SameFacts(*site, *kept)) return;
  sites_[id] = site;
  if (site) sites_[id]->registry_revision = revision;
  changed->insert(id);
}

void CommitBuilder::TakeExposure(const std::string& id,
                                 const std::optional<Exposure>& exposure,
                                 Ids* changed) {
  const Exposure* kept = FindExposure(id);
  if (!exposure && kept == nullptr) return;
  if (exposure && kept != nullptr && *exposure == *kept) return;
  const std::string site = SiteInExposure(id);
  exposures_[site][id] = exposure;
  changed->insert(site);
}

void CommitBuilder::WaitAsEvery(const std::string& site) {
  const auto every = undecided_.find(kEverySite);
  if (every != undecided_.end()) WaitAsWell(every->second, &undecided_[site]);
}

CommitBuilder::Ids CommitBuilder::HeardOf() const {
  Ids ids = KeptSites();
  for (const auto& [id, waits] : undecided_) ids.insert(id);
  ids.insert(kEverySite);
  return ids;
}

CommitBuilder::Ids CommitBuilder::KeptSites() const {
  Ids ids;
  for (const auto& [id, site] : state_.sites()) ids.insert(id);
  for (const auto& [id, site] : sites_) {
    if (site) {
      ids.insert(id);
    } else {
      ids.erase(id);
    }
  }
  return ids;
}

CommitBuilder::Ids CommitBuilder::KeptExposures() const {
  Ids ids;
  for (const auto& [site, exposures] : state_.exposures()) {
    for (const auto& [id, exposure] : exposures) ids.insert(id);
  }
  for (const auto& [site, exposures] : exposures_) {
    for (const auto& [id, exposure] : exposures) {
      if (exposure) {
        ids.insert(id);
      } else {
        ids.erase(id);
      }
    }
  }
  return ids;
}

const Site* CommitBuilder::FindSite(const std::string& id) const {
  if (const auto it = sites_.find(id); it != sites_.end()) {
    return it->second ? &*it->second : nullptr;
  }
  return state_.FindSite(id).get();
}

const Exposure* CommitBuilder::FindExposure(const std::string& id) const {
  const std::string site = SiteInExposure(id);
  if (const auto at = exposures_.find(site); at != exposures_.end()) {
    const auto it = at->second.find(id);
    if (it != at->second.end()) return it->second ? &*it->second : nullptr;
  }
  const auto at = state_.exposures().find(site);
  if (at == state_.exposures().end()) return nullptr;
  const auto it = at->second.find(id);
  return it == at->second.end() ? nullptr : &it->second;
}

const Gap* CommitBuilder::FindGap(const std::string& site) const {
  if (const auto it = gaps_.find(site); it != gaps_.end()) {
    return it->second ? &*it->second : nullptr;
  }
  const auto it = state_.gaps().find(site);
  return it == state_.gaps().end() ? nullptr : it->second.get();
}

SiteFacts CommitBuilder::FactsOf(const std::string& site) const {
  SiteFacts facts = state_.FactsOf(site);
  facts.site = FindSite(site);
  if (const auto at = exposures_.find(site); at != exposures_.end()) {
    ExposureMap merged;
    const auto kept = state_.exposures().find(site);
    if (kept != state_.exposures().end()) merged = kept->second;
    for (const auto& [id, exposure] : at->second) {
      merged.erase(id);
      if (exposure) merged[id] = *exposure;
    }
    facts.exposures.clear();
    for (auto& [id, exposure] : merged) facts.exposures.push_back(exposure);
  }
  for (const auto& entry : interventions_) {
    const std::shared_ptr<const Intervention>& put = entry.second;
    std::erase_if(facts.interventions,
                  [&](const auto& kept) { return kept->id == put->id; });
    if (std::find(put->sites.begin(), put->sites.end(), site) !=
        put->sites.end()) {
      facts.interventions.push_back(put);
    }
  }
  return facts;
}

void CommitBuilder::Settle() {
  const Standing now = StandingNow();
  for (auto it = undecided_.begin(); it != undecided_.end();) {
    if (!IsSettled(it->second, now)) {
      ++it;
      continue;
    }
    Decide(it->first, it->second.cause);
    it = undecided_.erase(it);
  }
}

void CommitBuilder::Decide(const std::string& site,
                           std::optional<absl::Time> cause) {
  // Before the first roll no follow-up is overdue.
  std::optional<Gap> gap =
      GapOf(FactsOf(site), day_.value_or(base::Date::min()));
  const Gap* before = FindGap(site);
  if (!gap && before == nullptr) return;
  if (gap) {
    gap->since = before != nullptr ? before->since
                                   : std::max(gap->since, cause.value_or(now_));
    if (before != nullptr && *gap == *before) return;
  }
  gaps_[site] = std::move(gap);
}

// Who may read and change an intervention follows from where its sites lie.
void CommitBuilder::FollowSites() {
  const auto find = [this](const std::string& id) { return FindSite(id); };
  for (const auto& [site, news] : sites_) {
    for (const std::string& id : state_.InterventionsAt(site)) {
      Intervention moved = state_.FindIntervention(id)->intervention;
      std::vector<std::string> codes = MunicipalitiesOf(moved, find);
      if (codes == moved.municipalities) continue;
      moved.municipalities = std::move(codes);
      moved.update_time = now_;
      interventions_[id] =
          std::make_shared<const Intervention>(std::move(moved));
    }
  }
}

ledger::Transaction CommitBuilder::Finish() {
  FollowSites();
  const bool rolled = day_ != state_.day();
  if (!registry_moved_ && !proximity_moved_ && interventions_.empty() &&
      !rolled) {
    return {};
  }
  WriteKept();
  WriteEffects();
  WriteUndecided();
  const auto moved = [](bool is, const watch::Followed& to) {
    return is ? std::optional(EncodeFollowed(to)) : std::nullopt;
  };
  Guard(kRegistryCursorKey, state_.registry().revision,
        moved(registry_moved_, registry_));
  Guard(kProximityCursorKey, state_.proximity().revision,
        moved(proximity_moved_, proximity_));
  Guard(kInterventionsKey, state_.interventions_revision(),
        interventions_.empty()
            ? std::nullopt
            : std::optional(EncodeGuard(interventions_.begin()->first)));
  Guard(kDayKey, state_.day_revision(),
        rolled ? std::optional(EncodeDay(*day_)) : std::nullopt);
  transaction_.meta.basis =
      watch::EncodeBasis(BasisOf(registry_, proximity_, undecided_));
  return std::move(transaction_);
}

void CommitBuilder::Write(std::string key, std::optional<std::string> value) {
  transaction_.writes.push_back(
      {std::move(key), std::move(value), std::nullopt});
}

void CommitBuilder::WriteKept() {
  for (const auto& [id, site] : sites_) {
    Write(absl::StrCat(kKeptSitePrefix, id),
          site ? std::optional(EncodeSite(*site)) : std::nullopt);
  }
  for (const auto& [site, exposures] : exposures_) {
    for (const auto& [id, exposure] : exposures) {
      Write(absl::StrCat(kKeptExposurePrefix, id),
            exposure ? std::optional(EncodeExposure(*exposure)) : std::nullopt);
    }
  }
}

void CommitBuilder::WriteEffects() {
  for (const auto& [id, intervention] : interventions_) {
    const auto before = state_.FindIntervention(id);
    transaction_.writes.push_back(
        {absl::StrCat(kInterventionPrefix, id),
         EncodeIntervention(*intervention,
                            before == nullptr ? "" : before->bytes),
         before == nullptr ? 0 : before->revision});
  }
  for (const auto& [site, gap] : gaps_) {
    Write(absl::StrCat(kGapPrefix, site),
          gap ? std::optional(EncodeGap(*gap)) : std::nullopt);
  }
}

void CommitBuilder::WriteUndecided() {
  const UndecidedSites& before = state_.undecided();
  for (const auto& [site, waits] : before) {
    if (undecided_.count(site) == 0) {
      Write(absl::StrCat(kUndecidedPrefix, site), std::nullopt);
    }
  }
  for (const auto& [site, waits] : undecided_) {
    const std::string bytes = EncodeUndecided(waits);
    const auto it = before.find(site);
    if (it != before.end() && EncodeUndecided(it->second) == bytes) continue;
    Write(absl::StrCat(kUndecidedPrefix, site), bytes);
  }
}

void CommitBuilder::Guard(const char* key, ledger::Revision revision,
                          const std::optional<std::string>& value) {
  if (value) {
    transaction_.writes.push_back({key, value, revision});
  } else {
    transaction_.checks.push_back({key, revision});
  }
}

}  // namespace lagesbild::interventions
