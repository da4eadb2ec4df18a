#ifndef LAGESBILD_SERVICES_INTERVENTIONS_JOIN_WORLD_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_JOIN_WORLD_H_

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/interventions/upstream_news.h"

// For tests of the join: a registry and a proximity that do as chance will, and
// what really was.
namespace lagesbild::interventions {

inline constexpr int kSites = 3;
inline constexpr int kSpots = 3;  // where sites and schools can be

inline access::v1::Position At(const std::string& service,
                               std::int64_t revision) {
  access::v1::Position position;
  position.set_service(service);
  position.set_store_id(service + " store");
  position.set_revision(revision);
  return position;
}

struct WorldSite {
  bool there = false;
  bool open = false;
  int spot = 0;
};

// Both upstreams, and what really was: one picture after every revision of the
// registry as proximity took it, and after every change of a school.
class World {
 public:
  explicit World(std::mt19937* random) : random_(*random) { NotePicture(); }

  // One revision of the registry.
  void ChangeSite() {
    const int id = Roll(kSites);
    WorldSite& site = now_[id];
    switch (site.there ? Roll(5) : 0) {
      case 0:
        site = {!site.there || Roll(3) > 0, Roll(2) == 0, Roll(kSpots)};
        break;
      case 1:
        site.spot = Roll(kSpots);
        break;
      default:
        site.open = !site.open;
    }
    registry_.push_back({id, site});
  }

  // Site 0 is open at a school.
  void OpenAtSchool() {
    schools_[0] = true;
    NotePicture();
    NoteExposures();
    now_[0] = {true, true, 0};
    registry_.push_back({0, now_[0]});
  }
  void Toggle() {
    now_[0].open = !now_[0].open;
    registry_.push_back({0, now_[0]});
  }

  // Proximity takes up to `most` revisions of the registry, those of different
  // sites in one commit.
  void TakeSites(int most) {
    const auto until = std::min<std::size_t>(basis_ + most, registry_.size());
    if (basis_ == until) return;
    std::set<int> in_commit;
    for (; basis_ < until; ++basis_) {
      const auto& [id, site] = registry_[basis_];
      if (in_commit.contains(id)) {
        NoteExposures();
        in_commit.clear();
      }
      in_commit.insert(id);
      seen_[id] = site;
      NotePicture();
      step_of_registry_.push_back(Steps() - 1);
    }
    NoteExposures();
  }

  void ChangeSchool() {
    const int spot = Roll(kSpots);
    schools_[spot] = !schools_[spot];
    NotePicture();
    NoteExposures();
  }

  SiteNews SitesAfter(std::int64_t revision) const {
    const auto& [id, site] = registry_[revision];
    SiteNews news = SiteNewsAt(revision + 1, watch::DeliveryKind::kChanges);
    news.records[Id(id)] = Record(site);
    return news;
  }
  SiteNews SitesNow() const {
    SiteNews news = SiteNewsAt(Registry(), watch::DeliveryKind::kSnapshot);
    news.recorded.reset();
    for (const auto& [id, site] : now_) {
      if (site.there) news.records[Id(id)] = Record(site);
    }
    return news;
  }
  ExposureNews ExposuresAfter(std::int64_t revision) const {
    ExposureNews news = ExposureNewsAt(revision + 1);
    const auto& before = exposures_[revision];
    const auto& after = exposures_[revision + 1];
    for (const auto& [id, exposure] : before) {
      if (!after.contains(id)) news.records[id] = std::nullopt;
    }
    for (const auto& [id, exposure] : after) {
      const auto it = before.find(id);
      if (it == before.end() || it->second != exposure) {
        news.records[id] = exposure;
      }
    }
    news.kind = news.records.empty() ? watch::DeliveryKind::kBookmark
                                     : watch::DeliveryKind::kChanges;
    return news;
  }
  ExposureNews ExposuresNow() const {
    ExposureNews news = ExposureNewsAt(Proximity());
    news.kind = watch::DeliveryKind::kSnapshot;
    news.recorded.reset();
    for (const auto& [id, exposure] : exposures_.back()) {
      news.records[id] = exposure;
    }
    return news;
  }

  std::int64_t Registry() const { return std::ssize(registry_); }
  std::int64_t Proximity() const { return std::ssize(exposures_) - 1; }
  int Steps() const { return static_cast<int>(std::ssize(pictures_)); }
  // What was at `step`: a text for each site, "" for no gap.
  const std::map<std::string, std::string>& Picture(int step) const {
    return pictures_[step];
  }
  // The first step at which both are reflected. What proximity says of later
  // revisions of the registry is none of it.
  int StepOf(std::int64_t registry, std::int64_t proximity) const {
    while (proximity > 0 && bases_[proximity] > registry) --proximity;
    return std::max(step_of_registry_[registry], step_of_proximity_[proximity]);
  }

  static std::string Id(int site) { return absl::StrCat("s", site); }

 private:
  using Exposures = std::map<std::string, Exposure>;

  int Roll(int sides) { return static_cast<int>(random_() % sides); }

  static std::optional<Site> Record(const WorldSite& site) {
    if (!site.there) return std::nullopt;
    Site record;
    record.state = site.open ? SiteState::kOpen : SiteState::kCeased;
    return record;
  }

  static SiteNews SiteNewsAt(std::int64_t revision, watch::DeliveryKind kind) {
    SiteNews news;
    news.kind = kind;
    news.cursor = watch::EncodeCursor({"registry store", revision, "c"});
    news.reached = {At("registry", revision)};
    news.recorded = absl::FromUnixSeconds(1000 + revision);
    return news;
  }
  ExposureNews ExposureNewsAt(std::int64_t revision) const {
    ExposureNews news;
    news.cursor = watch::EncodeCursor({"proximity store", revision, "c"});
    news.reached = {At("proximity", revision)};
    // Before it has heard of the registry, proximity names none.
    if (bases_[revision] > 0) {
      news.reached.push_back(At("registry", bases_[revision]));
    }
    news.recorded = absl::FromUnixSeconds(2000 + revision);
    return news;
  }

  void NoteExposures() {
    Exposures all;
    for (const auto& [id, site] : seen_) {
      if (!site.there || !schools_[site.spot]) continue;
      Exposure exposure;
      exposure.site = Id(id);
      exposure.place = absl::StrCat("p", site.spot);
      all[absl::StrCat(kDefaultLayer, "~", exposure.site, "~",
                       exposure.place)] = exposure;
    }
    exposures_.push_back(std::move(all));
    bases_.push_back(static_cast<std::int64_t>(basis_));
    step_of_proximity_.push_back(Steps() - 1);
  }

  void NotePicture() {
    std::map<std::string, std::string> picture;
    for (int id = 0; id < kSites; ++id) {
      const WorldSite& site = seen_[id];
      const bool gap = site.there && site.open && schools_[site.spot];
      picture[Id(id)] = gap ? absl::StrCat("p", site.spot) : "";
    }
    pictures_.push_back(std::move(picture));
  }

  std::mt19937& random_;
  std::map<int, WorldSite> now_;
  std::map<int, WorldSite> seen_;  // by proximity
  std::map<int, bool> schools_;
  std::vector<std::pair<int, WorldSite>> registry_;  // revision - 1 → change
  std::size_t basis_ = 0;
  std::vector<Exposures> exposures_ = {{}};  // by revision of proximity
  std::vector<std::int64_t> bases_ = {0};
  std::vector<std::map<std::string, std::string>> pictures_;
  std::vector<int> step_of_registry_ = {0};
  std::vector<int> step_of_proximity_ = {0};
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_JOIN_WORLD_H_
