#include "cli/county/history.h"

#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/county/site_plan.h"
#include "lib/base/civil_date.h"
#include "lib/geo/geojson.h"
#include "lib/geo/shape.h"

namespace lagesbild::county {
namespace {

using base::Date;
using Json = nlohmann::ordered_json;

constexpr double kPi = 3.14159265358979323846;

constexpr const char* kMunicipality = "MUNICIPALITY";
constexpr const char* kPolice = "POLICE";
constexpr const char* kOpen = "OPEN";
constexpr const char* kCeased = "CEASED";

const Date kSplitDay(2023, 5, 15);
const Date kMergeDay(2023, 6, 12);
// So many of those that cease do so in December and are recorded in January.
constexpr int kRecordedLate = 2;
constexpr int kChildrenOutsideCity = 3;
constexpr int kChildrenInCity = 2;
constexpr double kChildOffset = 75;

Json GeometryJson(const geo::Geometry& geometry) {
  return Json::parse(geo::GeometryToJson(geometry).dump());
}

class Historian {
 public:
  explicit Historian(Random* random) : random_(random) {}

  void Tell(const std::vector<Site>& sites) {
    for (const Site& site : sites) {
      Begin(site);
      if (site.fate == Fate::kMerges) {
        merging_.push_back(&site);
        if (merging_.size() == 2) Merge();
      } else {
        End(site);
      }
    }
  }

  std::vector<Act> Take() { return std::move(acts_); }

 private:
  // A time in office hours of that day, in UTC.
  absl::Time On(Date day) {
    return absl::FromCivil(day, absl::UTCTimeZone()) + absl::Hours(7) +
           absl::Seconds(random_->Below(8 * 3600));
  }

  void Add(absl::Time time, const char* act, const Json& rest) {
    Json line = {{"time", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time,
                                           absl::UTCTimeZone())},
                 {"act", act}};
    line.update(rest);
    acts_.push_back({time, line.dump()});
  }

  void Assess(const std::string& site, Date recorded, const char* party,
              const char* verdict, Date valid_from, Date evidence) {
    Add(On(recorded), "assess",
        {{"site", site},
         {"party", party},
         {"verdict", verdict},
         {"valid_from", base::FormatDate(valid_from)},
         {"evidence_date", base::FormatDate(evidence)}});
  }

  // Both parties, the second some days after the first.
  void AssessByBoth(const std::string& site, Date recorded, const char* verdict,
                    Date valid_from, Date evidence, int days_between) {
    const bool police_first = random_->Below(2) == 0;
    Assess(site, recorded, police_first ? kPolice : kMunicipality, verdict,
           valid_from, evidence);
    Assess(site, recorded + days_between,
           police_first ? kMunicipality : kPolice, verdict, valid_from,
           evidence);
  }

  void Begin(const Site& site) {
    const Date created = Date(2022, 1, 10) + random_->Below(250);
    Add(On(created), "create",
        {{"site", site.id},
         {"name", site.name},
         {"municipality", site.municipality},
         {"police", site.police},
         {"category", site.category},
         {"near_transit", site.near_transit},
         {"established_since", base::FormatDate(site.established_since)},
         {"geometry", GeometryJson(site.geometry)}});
    AssessByBoth(site.id, created + 1, kOpen, created, created - 7,
                 1 + random_->Below(20));
  }

  void End(const Site& site) {
    switch (site.fate) {
      case Fate::kCeases:
        return Cease(site.id);
      case Fate::kSplits:
        return Split(site);
      case Fate::kIsContested:
        return Contest(site.id);
      case Fate::kStays:
      case Fate::kMerges:
        return Renew(site.id);
    }
  }

  // The yearly round of the autumn.
  void Renew(const std::string& site) {
    const Date day = Date(2023, 10, 1) + random_->Below(40);
    AssessByBoth(site, day, kOpen, day - 10, day - 10, 1 + random_->Below(15));
  }

  void Cease(const std::string& site) {
    ++ceased_;
    const bool late = ceased_ <= kRecordedLate;
    const Date day = late ? Date(2023, 12, 11) + random_->Below(5)
                          : Date(2023, 2, 1) + random_->Below(270);
    const Date recorded = late ? Date(2024, 1, 8) + random_->Below(5) : day + 3;
    AssessByBoth(site, recorded, kCeased, day, day, 2 + random_->Below(10));
  }

  // The police say it is over, the municipality that it is not.
  void Contest(const std::string& site) {
    Assess(site, Date(2023, 9, 5), kPolice, kCeased, Date(2023, 8, 20),
           Date(2023, 8, 31));
    Assess(site, Date(2023, 9, 19), kMunicipality, kOpen, Date(2023, 9, 12),
           Date(2023, 9, 12));
    Add(On(Date(2023, 9, 20)), "dispute",
        {{"site", site},
         {"party", kMunicipality},
         {"reason", "Försäljning observerad efter stängningen"}});
  }

  void Split(const Site& site) {
    static constexpr const char* kSides[] = {"norra", "södra", "östra"};
    // The first that splits is the city's.
    const int count = splits_++ == 0 ? kChildrenInCity : kChildrenOutsideCity;
    Json children = Json::array();
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) {
      ids.push_back(absl::StrCat(site.id, "-", i + 1));
      children.push_back({{"site", ids.back()},
                          {"name", absl::StrCat(site.name, " ", kSides[i])},
                          {"geometry", GeometryJson(ChildOf(site, i, count))}});
    }
    Add(On(kSplitDay + 7), "split",
        {{"site", site.id},
         {"children", std::move(children)},
         {"valid_from", base::FormatDate(kSplitDay)},
         {"reason", "Platserna hänger inte längre samman"}});
    for (const std::string& id : ids) Succeed(id, kSplitDay);
  }

  // One of the small outlines around the parent's middle.
  geo::Geometry ChildOf(const Site& site, int index, int count) {
    const geo::LatLng center = geo::CenterOf(site.geometry);
    const Frame around(center);
    // The first lies to the north.
    const double angle = kPi / 2 + 2 * kPi * index / count;
    return geo::MultiPolygon{
        .polygons = {
            {.outer = Star(around, random_, kChildOffset * std::cos(angle),
                           kChildOffset * std::sin(angle), 6, 25, 45),
             .holes = {}}}};
  }

  void Merge() {
    const Site& a = *merging_[0];
    const Site& b = *merging_[1];
    merging_.clear();
    geo::MultiPolygon both = std::get<geo::MultiPolygon>(a.geometry);
    const auto& more = std::get<geo::MultiPolygon>(b.geometry).polygons;
    both.polygons.insert(both.polygons.end(), more.begin(), more.end());
    const std::string id = absl::StrCat(a.id, "-M");
    Add(On(kMergeDay + 7), "merge",
        {{"sites", {a.id, b.id}},
         {"into",
          {{"site", id},
           {"name", absl::StrCat(a.name, "–", b.name)},
           {"geometry", GeometryJson(both)}}},
         {"valid_from", base::FormatDate(kMergeDay)},
         {"reason", "Samma grupper rör sig mellan platserna"}});
    Succeed(id, kMergeDay);
  }

  // A successor is assessed anew, and again in the yearly round.
  void Succeed(const std::string& id, Date born) {
    AssessByBoth(id, born + 8, kOpen, born, born, 2);
    Renew(id);
  }

  Random* const random_;
  std::vector<Act> acts_;
  std::vector<const Site*> merging_;
  int ceased_ = 0;
  int splits_ = 0;
};

}  // namespace

std::vector<Act> WriteHistory(const std::vector<Site>& sites, Random* random) {
  Historian historian(random);
  historian.Tell(sites);
  return historian.Take();
}

}  // namespace lagesbild::county
