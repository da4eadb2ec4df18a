#include "cli/county/site_plan.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/strings/str_format.h"
#include "cli/county/layout.h"

namespace lagesbild::county {
namespace {

constexpr double kPi = 3.14159265358979323846;
// More than two radii of 500 m and two sites' reach: no school answers for two
// sites by accident.
constexpr double kApart = 1'700;
// Two sites that merge, far enough apart to be two at first.
constexpr double kPairApart = 700;
constexpr double kInnerRadius = 80;
constexpr double kOuterRadius = 150;
constexpr int kPoliceAreas = 19;
constexpr int kCityPoliceAreas = 6;

// What a municipality with sites has.
struct Profile {
  int sites;
  int near_school;
  bool emptied;  // all of its sites cease
  Fate first;    // of its first site, or first two where they merge
};

constexpr Profile kCity = {31, 24, false, Fate::kSplits};
constexpr Profile kOthers[] = {
    {6, 4, false, Fate::kSplits},      {4, 2, false, Fate::kMerges},
    {4, 3, false, Fate::kIsContested}, {3, 2, false, Fate::kStays},
    {3, 2, false, Fate::kStays},       {3, 1, false, Fate::kStays},
    {2, 1, false, Fate::kStays},       {2, 1, true, Fate::kStays},
    {2, 1, true, Fate::kStays},        {1, 1, true, Fate::kStays},
    {1, 1, true, Fate::kStays},        {1, 0, true, Fate::kStays}};
// In the city the second and third merge, and these three cease.
constexpr int kCityMerging[] = {1, 2};
constexpr int kCityCeasing[] = {22, 23, 30};

constexpr int SumOfSites() {
  int sum = kCity.sites;
  for (const Profile& profile : kOthers) sum += profile.sites;
  return sum;
}
constexpr int SumOfCeasing() {
  int sum = std::size(kCityCeasing);
  for (const Profile& profile : kOthers) {
    sum += profile.emptied ? profile.sites : 0;
  }
  return sum;
}
static_assert(SumOfSites() == 63);
static_assert(SumOfCeasing() == 10);
static_assert(std::size(kOthers) + 1 == 13);

constexpr const char* kCategories[] = {"square", "centre", "transit-hub",
                                       "park", "residential"};

template <typename List>
bool IsIn(int value, const List& list) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

Fate FateOf(const Profile& profile, bool city, int index) {
  if (city && IsIn(index, kCityMerging)) return Fate::kMerges;
  if (city && IsIn(index, kCityCeasing)) return Fate::kCeases;
  if (profile.emptied) return Fate::kCeases;
  const int firsts = profile.first == Fate::kMerges ? 2 : 1;
  return index < firsts ? profile.first : Fate::kStays;
}

bool Crowded(const std::vector<PlannedSite>& sites, double east, double north) {
  return std::any_of(sites.begin(), sites.end(), [&](const PlannedSite& s) {
    return std::hypot(s.east_m - east, s.north_m - north) < kApart;
  });
}

// Sets the middle of `next`: beside the one before where the two merge.
void FindMiddle(const Middle& middle, Random* random,
                const std::vector<PlannedSite>& sites, PlannedSite* next) {
  if (next->site.fate == Fate::kMerges && !sites.empty() &&
      sites.back().site.fate == Fate::kMerges) {
    next->east_m = sites.back().east_m;
    next->north_m = sites.back().north_m + kPairApart;
    return;
  }
  const double width = middle.half_width_m * kSitesPart;
  const double height = middle.half_height_m * kSitesPart - kPairApart;
  do {
    next->east_m = middle.east_m + random->Peaked(-width, width);
    next->north_m = middle.north_m + random->Peaked(-height, height);
  } while (Crowded(sites, next->east_m, next->north_m));
}

// Police areas cover two municipalities each, but the city has six.
std::string PoliceArea(const std::string& prefix, int municipality,
                       const Middle& middle, double east_m) {
  int number;
  if (municipality == 0) {
    const double part =
        (east_m - middle.east_m + middle.half_width_m) / middle.half_width_m;
    number = 1 + std::clamp(static_cast<int>(part / 2 * kCityPoliceAreas), 0,
                            kCityPoliceAreas - 1);
  } else {
    number = kCityPoliceAreas + 1 +
             (municipality - 1) * (kPoliceAreas - kCityPoliceAreas) /
                 (kMunicipalities - 1);
  }
  return absl::StrFormat("%s-P%02d", prefix, number);
}

base::Date SomeDay(Random* random, int first_year, int last_year) {
  const base::Date first(first_year, 1, 1);
  return first + random->Below(
                     static_cast<int>(base::Date(last_year + 1, 1, 1) - first));
}

class Planner {
 public:
  Planner(const std::string& prefix, const Frame& frame, Random* random,
          Names* names)
      : prefix_(prefix), frame_(frame), random_(random), names_(names) {}

  std::vector<PlannedSite> Plan(const Profile& profile, int number,
                                const Municipality& municipality) {
    std::vector<PlannedSite> sites;
    for (int i = 0; i < profile.sites; ++i) {
      PlannedSite next{};
      next.site.near_school = i < profile.near_school;
      next.site.fate = FateOf(profile, municipality.is_city, i);
      FindMiddle(municipality.middle, random_, sites, &next);
      Fill(number, municipality, &next);
      sites.push_back(std::move(next));
    }
    return sites;
  }

 private:
  void Fill(int number, const Municipality& municipality, PlannedSite* next) {
    Site& site = next->site;
    site.id = absl::StrFormat("S-%s-%03d", prefix_, ++sites_);
    site.name = names_->Square();
    site.municipality = municipality.code;
    site.police =
        PoliceArea(prefix_, number, municipality.middle, next->east_m);
    site.category = kCategories[random_->Below(std::size(kCategories))];
    site.near_transit =
        site.category == "transit-hub" || random_->Below(3) == 0;
    site.established_since = SomeDay(random_, 2006, 2021);
    site.geometry = geo::MultiPolygon{
        .polygons = {
            {.outer = Star(frame_, random_, next->east_m, next->north_m,
                           7 + random_->Below(5), kInnerRadius, kOuterRadius),
             .holes = {}}}};
  }

  const std::string prefix_;
  const Frame& frame_;
  Random* const random_;
  Names* const names_;
  int sites_ = 0;
};

}  // namespace

geo::Ring Star(const Frame& frame, Random* random, double east_m,
               double north_m, int corners, double inner_m, double outer_m) {
  geo::Ring ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * kPi * (i + random->Uniform(0, 0.8)) / corners;
    const double radius = random->Uniform(inner_m, outer_m);
    ring.push_back(frame.At(east_m + radius * std::cos(angle),
                            north_m + radius * std::sin(angle)));
  }
  ring.push_back(ring.front());
  return ring;
}

std::vector<std::vector<PlannedSite>> PlanSites(
    const std::string& prefix, const std::vector<Municipality>& municipalities,
    const Frame& frame, Random* random, Names* names) {
  std::vector<const Profile*> profiles(municipalities.size() - 1);
  for (size_t i = 0; i < std::size(kOthers); ++i) profiles[i] = &kOthers[i];
  random->Shuffle(&profiles);
  profiles.insert(profiles.begin(), &kCity);
  Planner planner(prefix, frame, random, names);
  std::vector<std::vector<PlannedSite>> sites(municipalities.size());
  for (size_t i = 0; i < municipalities.size(); ++i) {
    if (profiles[i] == nullptr) continue;
    sites[i] =
        planner.Plan(*profiles[i], static_cast<int>(i), municipalities[i]);
  }
  return sites;
}

}  // namespace lagesbild::county
