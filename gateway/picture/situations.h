#ifndef LAGESBILD_GATEWAY_PICTURE_SITUATIONS_H_
#define LAGESBILD_GATEWAY_PICTURE_SITUATIONS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lagesbild/picture/v1/picture.pb.h"

namespace lagesbild::gateway {

// The records of one kind by name, and by the sites they are about.
template <typename Record>
class RecordsBySite {
 public:
  // Adds or replaces; gives the sites it is about now or was about before.
  std::set<std::string> Put(const Record& record,
                            const std::set<std::string>& sites) {
    std::set<std::string> touched = Remove(record.name());
    for (const std::string& site : sites) by_site_[site].insert(record.name());
    touched.insert(sites.begin(), sites.end());
    records_[record.name()] = {record, sites};
    return touched;
  }

  // Gives the sites it was about; none when it was not there.
  std::set<std::string> Remove(const std::string& name) {
    const auto found = records_.find(name);
    if (found == records_.end()) return {};
    std::set<std::string> sites = found->second.second;
    for (const std::string& site : sites) by_site_[site].erase(name);
    records_.erase(found);
    return sites;
  }

  // The records about a site, in the order of their names.
  std::vector<const Record*> About(const std::string& site) const {
    std::vector<const Record*> found;
    const auto names = by_site_.find(site);
    if (names == by_site_.end()) return found;
    for (const std::string& name : names->second) {
      found.push_back(&records_.at(name).first);
    }
    return found;
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& [name, record] : records_) names.push_back(name);
    return names;
  }

 private:
  std::map<std::string, std::pair<Record, std::set<std::string>>> records_;
  std::map<std::string, std::set<std::string>> by_site_;
};

// Puts the records of the four services together by site. Remembers which
// sites' situations changed. Not thread-safe.
class Situations {
 public:
  void Put(const registry::v1::Site& site);
  void Put(const proximity::v1::Exposure& exposure);
  void Put(const interventions::v1::Intervention& intervention);
  void Put(const interventions::v1::CoverageGap& gap);
  void Put(const notifications::v1::Alert& alert);

  // What is about a site that is not known is kept until it is.
  void RemoveSite(const std::string& name);
  void RemoveExposure(const std::string& name);
  void RemoveIntervention(const std::string& name);
  void RemoveGap(const std::string& name);
  void RemoveAlert(const std::string& name);

  std::vector<std::string> SiteNames() const;
  std::vector<std::string> ExposureNames() const { return exposures_.Names(); }
  std::vector<std::string> InterventionNames() const {
    return interventions_.Names();
  }
  std::vector<std::string> GapNames() const { return gaps_.Names(); }
  std::vector<std::string> AlertNames() const { return alerts_.Names(); }

  // The names of the sites whose situation may differ since the last call.
  std::set<std::string> TakeTouched() { return std::exchange(touched_, {}); }

  // The situation of a site; nullopt when there is no such site.
  std::optional<picture::v1::Situation> Find(const std::string& site) const;

 private:
  void Touch(const std::set<std::string>& sites);

  std::map<std::string, registry::v1::Site> sites_;
  RecordsBySite<proximity::v1::Exposure> exposures_;
  RecordsBySite<interventions::v1::Intervention> interventions_;
  RecordsBySite<interventions::v1::CoverageGap> gaps_;
  RecordsBySite<notifications::v1::Alert> alerts_;
  std::set<std::string> touched_;
};

// "regions/r/situations/s" for "regions/r/sites/s".
std::string SituationName(const std::string& site);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_SITUATIONS_H_
