#include "gateway/picture/situations.h"

#include "absl/strings/str_replace.h"

namespace lagesbild::gateway {

std::string SituationName(const std::string& site) {
  return absl::StrReplaceAll(site, {{"/sites/", "/situations/"}});
}

void Situations::Touch(const std::set<std::string>& sites) {
  touched_.insert(sites.begin(), sites.end());
}

void Situations::Put(const registry::v1::Site& site) {
  sites_[site.name()] = site;
  touched_.insert(site.name());
}

void Situations::Put(const proximity::v1::Exposure& exposure) {
  Touch(exposures_.Put(exposure, {exposure.site()}));
}

void Situations::Put(const interventions::v1::Intervention& intervention) {
  Touch(interventions_.Put(intervention, {intervention.sites().begin(),
                                          intervention.sites().end()}));
}

void Situations::Put(const interventions::v1::CoverageGap& gap) {
  Touch(gaps_.Put(gap, {gap.site()}));
}

void Situations::Put(const notifications::v1::Alert& alert) {
  // A situation shows what somebody still has to see to.
  if (alert.state() == notifications::v1::ALERT_STATE_RESOLVED) {
    return RemoveAlert(alert.name());
  }
  Touch(alerts_.Put(alert, {alert.site()}));
}

void Situations::RemoveSite(const std::string& name) {
  if (sites_.erase(name) > 0) touched_.insert(name);
}

void Situations::RemoveExposure(const std::string& name) {
  Touch(exposures_.Remove(name));
}

void Situations::RemoveIntervention(const std::string& name) {
  Touch(interventions_.Remove(name));
}

void Situations::RemoveGap(const std::string& name) {
  Touch(gaps_.Remove(name));
}

void Situations::RemoveAlert(const std::string& name) {
  Touch(alerts_.Remove(name));
}

std::vector<std::string> Situations::SiteNames() const {
  std::vector<std::string> names;
  for (const auto& [name, site] : sites_) names.push_back(name);
  return names;
}

std::optional<picture::v1::Situation> Situations::Find(
    const std::string& site) const {
  const auto found = sites_.find(site);
  if (found == sites_.end()) return std::nullopt;
  picture::v1::Situation situation;
  situation.set_name(SituationName(site));
  *situation.mutable_site() = found->second;
  for (const auto* e : exposures_.About(site)) *situation.add_exposures() = *e;
  for (const auto* i : interventions_.About(site)) {
    *situation.add_interventions() = *i;
  }
  for (const auto* g : gaps_.About(site)) *situation.mutable_gap() = *g;
  for (const auto* a : alerts_.About(site)) *situation.add_alerts() = *a;
  return situation;
}

}  // namespace lagesbild::gateway
