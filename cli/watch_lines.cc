#include "cli/watch_lines.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cli/output.h"

namespace lagesbild::cli {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace kv = ::lagesbild::picture::v1;
namespace nv = ::lagesbild::notifications::v1;
namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;
namespace wv = ::lagesbild::watch::v1;

using Cells = std::vector<std::string>;

constexpr char kTimeFormat[] = "%Y-%m-%dT%H:%M:%SZ";
// As wide as a time.
constexpr char kNoTime[] = "                    ";

std::string Word(const std::string& name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

std::string SiteState(const rv::Site& site) {
  return Word(rv::SiteState_Name(site.state()), "SITE_STATE_");
}

std::string GapKind(const iv::CoverageGap& gap) {
  return Word(iv::GapKind_Name(gap.kind()), "GAP_KIND_");
}

std::string Counted(absl::string_view what, int count) {
  return absl::StrCat(what, " ", count);
}

Cells Brief(const rv::Site& site) {
  return {site.display_name(), site.municipality(), SiteState(site)};
}

Cells Brief(const pv::Place& place) {
  return {place.display_name(), place.municipality(),
          Word(pv::PositionQuality_Name(place.quality()), "POSITION_QUALITY_")};
}

Cells Brief(const pv::Layer& layer) {
  return {layer.display_name(),
          absl::StrCat(Decimal(layer.radius_m(), 0), " m"),
          Word(pv::LayerState_Name(layer.state()), "LAYER_STATE_")};
}

Cells Brief(const pv::Exposure& exposure) {
  return {exposure.place_display_name(), exposure.municipality(),
          Word(pv::Verdict_Name(exposure.verdict()), "VERDICT_"),
          absl::StrCat(Decimal(exposure.distance_m()), " m")};
}

Cells Brief(const iv::Intervention& intervention) {
  return {intervention.display_name().empty() ? intervention.type()
                                              : intervention.display_name(),
          intervention.responsible_agency(),
          Word(iv::InterventionState_Name(intervention.state()),
               "INTERVENTION_STATE_")};
}

Cells Brief(const iv::CoverageGap& gap) {
  return {gap.site_display_name(), gap.responsible_municipality(), GapKind(gap),
          gap.nearest_place_display_name()};
}

Cells Brief(const nv::Alert& alert) {
  Cells cells = {"", alert.municipality(),
                 Word(nv::AlertState_Name(alert.state()), "ALERT_STATE_")};
  if (alert.events().empty()) return cells;
  const nv::Event& last = *alert.events().rbegin();
  cells.front() = last.display_name();
  cells.push_back(Word(nv::EventKind_Name(last.kind()), "EVENT_KIND_"));
  return cells;
}

Cells Brief(const kv::Situation& situation) {
  Cells cells = Brief(situation.site());
  cells.push_back(situation.has_gap() ? GapKind(situation.gap()) : "no gap");
  cells.push_back(Counted("places", situation.exposures_size()));
  cells.push_back(Counted("measures", situation.interventions_size()));
  cells.push_back(Counted("alerts", situation.alerts_size()));
  return cells;
}

std::string TimeOf(const wv::WatchHeader& header) {
  if (!header.has_recorded_time()) return kNoTime;
  return absl::FormatTime(
      kTimeFormat, absl::FromUnixSeconds(header.recorded_time().seconds()),
      absl::UTCTimeZone());
}

std::string Verb(const wv::WatchHeader& header, wv::ChangeType type) {
  if (type == wv::CHANGE_TYPE_REMOVED) return "gone   ";
  return header.kind() == wv::MESSAGE_KIND_CHANGE ? "changed" : "there  ";
}

std::string VerbOf(pv::ExposureTransition transition) {
  switch (transition) {
    case pv::EXPOSURE_TRANSITION_ENTERED:
      return "entered";
    case pv::EXPOSURE_TRANSITION_LEFT:
      return "left   ";
    default:
      return "";
  }
}

template <typename Record>
std::string Line(const wv::WatchHeader& header, wv::ChangeType type,
                 const Record& record, const std::string& verb) {
  Cells cells = {TimeOf(header), verb, ShortName(record.name())};
  if (type != wv::CHANGE_TYPE_REMOVED) {
    for (std::string& cell : Brief(record)) cells.push_back(std::move(cell));
  }
  return Printable(absl::StrJoin(cells, "  "));
}

template <typename Record>
std::string Line(const wv::WatchHeader& header, wv::ChangeType type,
                 const Record& record) {
  return Line(header, type, record, Verb(header, type));
}

}  // namespace

std::string WatchLine(const wv::WatchHeader& header,
                      const rv::SiteChange& change) {
  return Line(header, change.type(), change.site());
}

std::string WatchLine(const wv::WatchHeader& header,
                      const pv::PlaceChange& change) {
  return Line(header, change.type(), change.place());
}

std::string WatchLine(const wv::WatchHeader& header,
                      const pv::LayerChange& change) {
  return Line(header, change.type(), change.layer());
}

std::string WatchLine(const wv::WatchHeader& header,
                      const pv::ExposureChange& change) {
  const std::string verb = VerbOf(change.transition());
  return Line(header, change.type(), change.exposure(),
              verb.empty() ? Verb(header, change.type()) : verb);
}

std::string WatchLine(const wv::WatchHeader& header,
                      const iv::InterventionChange& change) {
  return Line(header, change.type(), change.intervention());
}

std::string WatchLine(const wv::WatchHeader& header,
                      const iv::CoverageGapChange& change) {
  return Line(header, change.type(), change.gap());
}

std::string WatchLine(const wv::WatchHeader& header,
                      const nv::AlertChange& change) {
  return Line(header, change.type(), change.alert());
}

std::string WatchLine(const wv::WatchHeader& header,
                      const kv::SituationChange& change) {
  return Line(header, change.type(), change.situation());
}

}  // namespace lagesbild::cli
