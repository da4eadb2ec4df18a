#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/base/civil_date.h"
#include "lib/geo/geometry.h"
#include "lib/geo/shape.h"
#include "lib/geo/units.h"

// Proximity's own terms: places, standing layers, and the exposures that follow
// from them and from the registry's sites. Values and pure functions; the
// numbers of the enums are those of the contract and of the stored records.
namespace lagesbild::proximity {

enum class PlaceKind {
  kUnspecified = 0,
  kPrimarySchool = 1,
  kUpperSecondary = 2,
  kSpecialSchool = 3,
  kPreschool = 4,
  kLeisureCentre = 5,
  kTreatment = 6,
  kTransit = 7,
  kOther = 8,
  kPreschoolClass = 9,
};

enum class PositionQuality {
  kUnspecified = 0,
  kSurveyed = 1,
  kGeocoded = 2,
  kRegister = 3,
  kShared = 4,
  kSuspect = 5,
};

// Where a margin comes from.
enum class MarginSource {
  kUnspecified = 0,
  kRegister = 1,
  kCorrection = 2,
  kQuality = 3,
};

// Of a site, as the registry has it.
enum class SiteState {
  kUnspecified = 0,
  kProposed = 1,
  kOpen = 2,
  kContested = 3,
  kCeased = 4,
  kPending = 5,
  kWithdrawn = 6,
  kSuperseded = 7,
};

enum class Verdict {
  kUnspecified = 0,
  kDefinite = 1,
  kPossible = 2,
  kOutside = 3,
};

// What holds from one civil date until the day before another.
struct Validity {
  std::optional<base::Date> from;  // always did
  std::optional<base::Date> to;    // still does

  bool HoldsOn(base::Date date) const {
    return (!from || *from <= date) && !HasEndedBy(date);
  }
  bool HasEndedBy(base::Date date) const { return to && *to <= date; }
  friend bool operator==(const Validity&, const Validity&) = default;
};

// A position that somebody has set by hand.
struct Correction {
  geo::LatLng position;
  geo::Meters margin;
  std::string provenance;  // what it is known from
  std::string note;
  std::string agency;
  absl::Time time;  // whole microseconds

  friend bool operator==(const Correction&, const Correction&) = default;
};

// A school unit or another place that a layer can be about.
struct Place {
  std::string id;
  std::string display_name;
  std::vector<PlaceKind> kinds;  // sorted, each once
  std::string source;            // with external_id: its identity for ever
  std::string external_id;
  geo::LatLng position;  // as the source has it; see where()
  // As the source has it; kRegister where it says nothing. `given_margin` is
  // the source's own word on it.
  PositionQuality given_quality = PositionQuality::kRegister;
  std::optional<geo::Meters> given_margin;
  std::string municipality;  // the code that the register names; "" for none
  Validity valid = {};
  std::string building_group;
  std::optional<base::Date> extract_date;
  // Stands whatever the source says later.
  std::optional<Correction> correction = {};

  // What JudgePosition found.
  PositionQuality quality = PositionQuality::kRegister;
  geo::Meters margin;
  bool outside_region = false;
  std::vector<std::string> flags;  // doubts, in words

  // Where it is, as far as is known.
  const geo::LatLng& where() const {
    return correction ? correction->position : position;
  }

  MarginSource margin_source() const;

  friend bool operator==(const Place&, const Place&) = default;
};

// One edition of a source.
struct Extract {
  std::string source;
  base::Date date;

  friend bool operator==(const Extract&, const Extract&) = default;
};

// What a site is from a date on.
struct DatedState {
  base::Date from;
  SiteState state = SiteState::kUnspecified;
  SiteState counted = SiteState::kUnspecified;  // the one that is counted

  friend bool operator==(const DatedState&, const DatedState&) = default;
};

// Whether what counts as this is a site: not when it is withdrawn or
// superseded. One of which nobody has said anything yet is.
bool IsLive(SiteState counted);

// A site as far as distances and their figures need it, whatever its state, but
// for what has never been one.
struct Site {
  std::string id;
  geo::Geometry geometry;
  std::string municipality = {};               // code of the main one
  std::vector<std::string> districts = {};     // codes of all that it lies in
  std::vector<std::string> police_areas = {};  // the same
  std::vector<DatedState> states = {};         // by date

  // What it is on the date; both unspecified before anybody said anything.
  DatedState StateOn(base::Date date) const;
  // Whether it is a site on the date.
  bool IsLiveOn(base::Date date) const { return IsLive(StateOn(date).counted); }
  // The first day on which it is none any more, for good; nullopt while it is.
  std::optional<base::Date> Gone() const;

  friend bool operator==(const Site&, const Site&) = default;
};

// A municipality of the region, from the registry.
struct Municipality {
  std::string code;
  geo::Geometry geometry;
  Validity valid = {};

  friend bool operator==(const Municipality&, const Municipality&) = default;
};

// What a layer asks: sites within `radius` of a place of any of these kinds.
struct LayerRule {
  std::vector<PlaceKind> kinds;  // sorted, each once
  geo::Meters radius;

  friend bool operator==(const LayerRule&, const LayerRule&) = default;
};

// A standing rule. Its exposures are those of `kinds` and `radius`; of a layer
// that is new there are none yet, nor kinds.
struct Layer {
  std::string id;
  std::string display_name;
  std::vector<PlaceKind> kinds;
  geo::Meters radius;
  // Takes their place once all its exposures have been found.
  std::optional<LayerRule> pending = {};
  // Was to come last, and has too many. Not with `pending`.
  std::optional<LayerRule> refused = {};

  friend bool operator==(const Layer&, const Layer&) = default;
};

// The question that the region asks: primary schools within 500 m.
inline constexpr char kDefaultLayer[] = "primary-schools-500";
Layer DefaultLayer();

// A site that lies within a layer's radius of a place.
struct Exposure {
  std::string layer;
  std::string site;
  std::string place;
  geo::Meters distance;         // from the site's edge, 0 inside
  geo::Meters center_distance;  // from its centre
  geo::Meters margin;           // the place's, as the next two
  MarginSource margin_source = MarginSource::kUnspecified;
  PositionQuality quality = PositionQuality::kUnspecified;
  Verdict verdict = Verdict::kUnspecified;
  geo::Meters radius;  // the layer's
  std::string place_display_name;
  std::string municipality;  // the site's
  Validity valid = {};       // the place's, until the site is gone
  bool current = false;      // valid holds on the day it was derived
  // The two distances for who wants them steady: see KeepSteady.
  geo::Meters steady_distance = {};
  geo::Meters steady_center_distance = {};

  friend bool operator==(const Exposure&, const Exposure&) = default;
};

// "<layer>~<site>~<place>": an exposure's id, and their order.
std::string ExposureId(absl::string_view layer, absl::string_view site,
                       absl::string_view place);
inline std::string ExposureId(const Exposure& e) {
  return ExposureId(e.layer, e.site, e.place);
}

// Metres by which a position of this quality may be off where its source does
// not say. From a comparison of the register's positions of 369 schools of
// Stockholm county with an independent geocoding: median error 30 m, one in ten
// off by 235 m or more, one in twenty by more than 1 km.
//   REGISTER, SHARED   235 m: nine of ten are nearer
//   SUSPECT          1,000 m: nineteen of twenty are nearer
//   GEOCODED            30 m: what the geocoding itself typically differs by
//   SURVEYED             5 m: a point set by hand on an orthophoto or by GNSS
geo::Meters DefaultMargin(PositionQuality quality);

// DEFINITE: distance + margin <= radius. OUTSIDE: distance - margin > radius.
// POSSIBLE otherwise. All in metres.
Verdict VerdictFor(geo::Meters distance, geo::Meters margin,
                   geo::Meters radius);

// Whether the layer is about this place, wherever it lies.
bool IsAbout(const Layer& layer, const Place& place);

// The exposure, when the site's edge lies within the layer's radius whatever
// the margin; the layer is about the place. `shape` is the site's.
std::optional<Exposure> Expose(const Layer& layer, const Site& site,
                               const geo::Shape& shape, const Place& place,
                               base::Date today);

// By so much a steady distance may lag behind the exact one.
inline constexpr geo::Meters kSteadyStep = geo::Meters(1);

// `now` takes over the steady distances of `before`, the version that it
// follows, while the exact ones differ from them by less than the step and
// nothing but distances has changed. Kept with the exposure, so that a drift in
// small steps is told once it has come that far, whoever restarts meanwhile.
void KeepSteady(const Exposure& before, Exposure* now);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_H_
