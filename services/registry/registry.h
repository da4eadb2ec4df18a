#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "lib/base/civil_date.h"
#include "lib/geo/geometry.h"
#include "lib/geo/units.h"

// The register's own terms: areas, sites, and what follows from the verdicts of
// the two parties. Values and pure functions; the numbers of the enums are
// those of the contract and of the stored records.
namespace lagesbild::registry {

enum class AreaKind {
  kUnspecified = 0,
  kMunicipality = 1,
  kDistrict = 2,
  kPoliceArea = 3,
};

// A piece of the region that somebody answers for.
struct Area {
  std::string id;  // AreaId(kind, code)
  AreaKind kind = AreaKind::kUnspecified;
  std::string code;  // the official one, "0180"
  std::string display_name;
  geo::Geometry geometry;
  std::optional<base::Date> valid_from;  // holds from this day …
  std::optional<base::Date> valid_to;    // … until the day before this one

  bool HoldsOn(base::Date date) const {
    return (!valid_from || *valid_from <= date) &&
           (!valid_to || date < *valid_to);
  }
  friend bool operator==(const Area&, const Area&) = default;
};

// "municipality", "district", "police-area": the beginning of an area's id.
absl::string_view AreaKindName(AreaKind kind);

enum class Party { kUnspecified = 0, kMunicipality = 1, kPolice = 2 };

enum class Verdict {
  kUnspecified = 0,
  kOpen = 1,
  kCeased = 2,
  kNotAScene = 3,
};

enum class SiteState {
  kUnspecified = 0,  // no verdict holds on the date
  kProposed = 1,
  kOpen = 2,
  kContested = 3,
  kCeased = 4,
  kPending = 5,
  kWithdrawn = 6,
  kSuperseded = 7,
};

// One party's verdict, as recorded.
struct Assessment {
  Party party = Party::kUnspecified;
  Verdict verdict = Verdict::kUnspecified;
  base::Date valid_from;
  base::Date evidence_date;
  std::string definition_version;
  std::string note;
  std::string agency;  // who recorded it
  bool on_behalf = false;
  absl::Time create_time;

  friend bool operator==(const Assessment&, const Assessment&) = default;
};

struct ExternalRef {
  std::string system;
  std::string id;

  friend bool operator==(const ExternalRef&, const ExternalRef&) = default;
};

// Where a site lies; follows from its geometry and the areas. Codes are sorted.
struct Placement {
  geo::SquareMeters area;
  std::string municipality;  // largest share; ties: the lowest code
  std::vector<std::string> municipalities;
  std::vector<std::string> districts;
  std::vector<std::string> police_areas;

  friend bool operator==(const Placement&, const Placement&) = default;
};

// An open drug scene, or what was reported as one.
struct Site {
  std::string id;
  std::string display_name;
  geo::Geometry geometry;
  Placement placement;
  std::string responsible_municipality;
  std::string responsible_police;
  std::string category;
  bool near_transit = false;
  std::optional<base::Date> established_since;
  std::vector<Assessment> assessments;  // in the order they were recorded
  std::string note;
  std::string responsible_note;
  std::string law_enforcement_note;
  std::string owner_note;
  std::vector<ExternalRef> external_refs;
  std::string owner_agency;
  std::string source;  // of an imported site, with external_id
  std::string external_id;
  absl::Time create_time;
  absl::Time update_time;  // when what all agencies see last changed

  friend bool operator==(const Site&, const Site&) = default;
};

// What follows from a site's assessments on one date.
struct Standing {
  SiteState state = SiteState::kUnspecified;
  // What it counts as: the agreed state while it is PENDING, else `state`.
  SiteState counted = SiteState::kUnspecified;
  std::vector<std::string> reasons;  // for people, in English
  std::optional<base::Date> since;   // first day of the present run of `state`
  bool stale = false;  // the newest evidence is older than kStaleAfterMonths

  friend bool operator==(const Standing&, const Standing&) = default;
};

inline constexpr int kStaleAfterMonths = 12;

// The state on `date`, from the verdicts that hold by then (valid_from ≤ date).
// Each party's word is its verdict on the newest evidence; of two on one day's
// evidence, the one recorded later. In that order:
//   nothing recorded at all, or one party alone has spoken   PROPOSED
//   both say the same             OPEN, CEASED or WITHDRAWN: agreed
//   the first words differ        CONTESTED
//   one departs from what was agreed    PENDING, and the agreed state counts on
//   …and the other then speaks, on evidence no older, without following
//                                 CONTESTED, until both say the same
// The result does not depend on the order of `assessments`.
Standing StandingOn(absl::Span<const Assessment> assessments, base::Date date);

// The same for a site. One without verdicts is PROPOSED from the day on which
// it was established or, where that is not known, reported; unknown before.
Standing StandingOf(const Site& site, base::Date date);

// What a site was from a day on.
struct DatedState {
  base::Date from;
  SiteState state = SiteState::kUnspecified;
  SiteState counted = SiteState::kUnspecified;

  friend bool operator==(const DatedState&, const DatedState&) = default;
};

// Its states by their dates, oldest first, each until the next one's: on every
// date that of StandingOf. Before the first one it was UNSPECIFIED.
std::vector<DatedState> StatesOf(const Site& site);

// Whether a new report near the site is likely to mean the same place: neither
// withdrawn nor superseded. A ceased one counts: it may have opened anew.
bool IsLive(SiteState state);

// Whether what every agency may see is the same in both.
bool SameForPartners(const Site& a, const Site& b);

// The same verdict by the same party on the same grounds, whenever recorded.
bool SameVerdict(const Assessment& a, const Assessment& b);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_H_
