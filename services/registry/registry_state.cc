#include "services/registry/registry_state.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/registry/registry_records.h"

namespace lagesbild::registry {

void RegistryState::Apply(const std::string& key,
                          const std::optional<std::string>& value,
                          ledger::Revision revision, absl::Time recorded) {
  absl::string_view rest = key;
  if (absl::ConsumePrefix(&rest, kSitePrefix)) {
    ApplySite(std::string(rest), value, revision, recorded);
  } else if (absl::ConsumePrefix(&rest, kAreaPrefix)) {
    ApplyArea(std::string(rest), value, revision);
  } else if (absl::ConsumePrefix(&rest, kNearPrefix)) {
    near_[std::string(rest)] = revision;
  } else if (rest == kAreasKey) {
    areas_revision_ = revision;
  }
}

void RegistryState::ApplySite(const std::string& id,
                              const std::optional<std::string>& value,
                              ledger::Revision revision, absl::Time recorded) {
  sites_.erase(id);
  index_.Remove(id);
  if (!value) return;
  absl::StatusOr<Site> site = DecodeSite(id, *value);
  if (!site.ok()) return Unreadable(SiteKey(id), site.status());
  index_.Put(id, geo::Shape(site->geometry));
  sites_[id] = std::make_shared<const SiteEntry>(
      SiteEntry{*std::move(site), *value, revision, recorded});
}

void RegistryState::ApplyArea(const std::string& id,
                              const std::optional<std::string>& value,
                              ledger::Revision revision) {
  areas_.erase(id);
  if (!value) return;
  absl::StatusOr<Area> area = DecodeArea(id, *value);
  if (!area.ok()) return Unreadable(AreaKey(id), area.status());
  areas_[id] = std::make_shared<const AreaEntry>(
      AreaEntry{*std::move(area), *value, revision});
}

void RegistryState::Unreadable(const std::string& key,
                               const absl::Status& why) {
  logger_->Error("record left out",
                 {{"key", key}, {"error", std::string(why.message())}});
}

std::shared_ptr<const SiteEntry> RegistryState::FindSite(
    const std::string& id) const {
  const auto found = sites_.find(id);
  return found == sites_.end() ? nullptr : found->second;
}

std::shared_ptr<const AreaEntry> RegistryState::FindArea(
    const std::string& id) const {
  const auto found = areas_.find(id);
  return found == areas_.end() ? nullptr : found->second;
}

ledger::Revision RegistryState::NearRevision(absl::string_view cell) const {
  const auto found = near_.find(cell);
  return found == near_.end() ? 0 : found->second;
}

std::vector<std::string> RegistryState::LikelyDuplicates(
    const geo::Shape& shape, base::Date date) const {
  std::vector<std::string> live;
  for (const std::string& id : index_.Within(shape, kDuplicateRadius)) {
    const Site& site = sites_.at(id)->site;
    if (IsLive(StandingOf(site, date).state)) live.push_back(id);
  }
  return live;
}

}  // namespace lagesbild::registry
