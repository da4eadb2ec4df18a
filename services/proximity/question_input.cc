#include "services/proximity/question_input.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/text.h"
#include "lib/base/status.h"
#include "lib/geo/measure.h"
#include "lib/geo/validity.h"
#include "lib/input/geometry.h"
#include "services/proximity/layer_changes.h"
#include "services/proximity/positions.h"

namespace lagesbild::proximity {
namespace {

constexpr api::TextRule kLabel = {.max_characters = 200, .required = true};
constexpr int kDefaultRadii = 10;
constexpr double kDefaultStep = 100;

std::string At(const char* field, int index) {
  return absl::StrCat(field, "[", index, "]");
}

std::vector<geo::Meters> ReadRadii(
    const google::protobuf::RepeatedField<double>& radii,
    input::Faults* faults) {
  std::vector<geo::Meters> read;
  for (int i = 1; radii.empty() && i <= kDefaultRadii; ++i) {
    read.emplace_back(kDefaultStep * i);
  }
  if (radii.size() > kMaxRadii) {
    faults->Add("radii_m", absl::StrCat("are more than ", kMaxRadii));
    return read;
  }
  for (int i = 0; i < radii.size(); ++i) {
    read.push_back(ReadRadius(At("radii_m", i), radii[i], faults));
  }
  return read;
}

// Labels, each its own.
class Labels {
 public:
  Labels(const char* field, input::Faults* faults)
      : field_(field), faults_(faults) {}

  bool TooMany(int count) const {
    if (count <= kMaxHypotheticals) return false;
    faults_->Add(field_, absl::StrCat("are more than ", kMaxHypotheticals));
    return true;
  }

  void Check(int index, const std::string& label) {
    const std::string field = absl::StrCat(At(field_, index), ".label");
    faults_->Add(api::CheckText(field, label, kLabel));
    if (!seen_.insert(label).second) faults_->Add(field, "is another's, too");
  }

 private:
  const char* const field_;
  input::Faults* const faults_;
  std::set<std::string> seen_;
};

int VerticesOf(const geo::Geometry& geometry) {
  const auto* area = std::get_if<geo::MultiPolygon>(&geometry);
  if (area == nullptr) return 1;
  std::size_t count = 0;
  for (const geo::Polygon& polygon : area->polygons) {
    count += polygon.outer.size();
    for (const geo::Ring& hole : polygon.holes) count += hole.size();
  }
  return static_cast<int>(count);
}

std::vector<HypotheticalSite> ReadSites(const v1::AnalyzeWhatIfRequest& request,
                                        input::Faults* faults) {
  std::vector<HypotheticalSite> sites;
  int vertices_left = kMaxVertices;
  Labels labels("sites", faults);
  if (labels.TooMany(request.sites_size())) return sites;
  for (int i = 0; i < request.sites_size(); ++i) {
    const v1::HypotheticalSite& site = request.sites(i);
    labels.Check(i, site.label());
    const std::string field = absl::StrCat(At("sites", i), ".geometry");
    auto geometry = ReadPlaced(field, site.geometry(), vertices_left);
    faults->Add(geometry.status(), field);
    if (!geometry.ok()) return sites;
    vertices_left -= VerticesOf(*geometry);
    sites.push_back({site.label(), geo::Shape(*std::move(geometry))});
  }
  return sites;
}

std::vector<HypotheticalPlace> ReadPlaces(
    const v1::AnalyzeWhatIfRequest& request, input::Faults* faults) {
  std::vector<HypotheticalPlace> places;
  Labels labels("places", faults);
  if (labels.TooMany(request.places_size())) return places;
  for (int i = 0; i < request.places_size(); ++i) {
    const v1::HypotheticalPlace& place = request.places(i);
    labels.Check(i, place.label());
    places.push_back(
        {place.label(), ReadPosition(absl::StrCat(At("places", i), ".position"),
                                     place, faults)});
  }
  return places;
}

}  // namespace

void CheckPosition(const std::string& field, const geo::LatLng& position,
                   input::Faults* faults) {
  if (const auto fault = geo::FindFault(position)) {
    faults->Add(field, fault->what);
  } else if (LooksSwapped(position)) {
    faults->Add(field,
                "lies outside the region and would lie inside with latitude "
                "and longitude exchanged");
  }
}

absl::StatusOr<geo::Geometry> ReadPlaced(const std::string& field,
                                         const geo::v1::Geometry& message,
                                         int max_vertices) {
  LB_ASSIGN_OR_RETURN(geo::Geometry geometry,
                      input::ReadGeometry(field, message, max_vertices));
  input::Faults faults;
  CheckPosition(field, geo::CenterOf(geometry), &faults);
  LB_RETURN_IF_ERROR(faults.ToStatus());
  return geometry;
}

geo::Meters ReadRadius(const std::string& field, double meters,
                       input::Faults* faults) {
  if (!(meters > 0) || meters > kMaxRadius.value()) {
    faults->Add(field, absl::StrCat("must be above 0 and at most ",
                                    kMaxRadius.value(), " m"));
    return kMaxRadius;
  }
  return geo::Meters(meters);
}

PlaceKinds ReadKinds(const std::string& field,
                     const google::protobuf::RepeatedField<int>& kinds,
                     input::Faults* faults) {
  PlaceKinds read;
  for (int i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == 0 || !v1::PlaceKind_IsValid(kinds[i])) {
      faults->Add(absl::StrCat(field, "[", i, "]"), "is no kind of place");
    }
    read.insert(static_cast<PlaceKind>(kinds[i]));
  }
  return read;
}

std::set<SiteState> ReadStates(
    const google::protobuf::RepeatedField<int>& states, input::Faults* faults) {
  std::set<SiteState> read;
  for (int i = 0; i < states.size(); ++i) {
    const auto state = static_cast<SiteState>(states[i]);
    if (state <= SiteState::kUnspecified || state > SiteState::kPending) {
      faults->Add(At("states", i), "is no state that sites are counted in");
    }
    read.insert(state);
  }
  return read;
}

Measure ReadMeasure(v1::Measure measure, input::Faults* faults) {
  if (!v1::Measure_IsValid(measure)) faults->Add("measure", "is no measure");
  return measure == v1::MEASURE_CENTER ? Measure::kCenter : Measure::kEdge;
}

WhatIfQuestion ReadWhatIf(const v1::AnalyzeWhatIfRequest& request,
                          input::Faults* faults) {
  WhatIfQuestion question;
  question.kinds = ReadKinds("kinds", request.kinds(), faults);
  if (question.kinds.empty()) question.kinds = {PlaceKind::kPrimarySchool};
  question.radii = ReadRadii(request.radii_m(), faults);
  question.sites.states = ReadStates(request.states(), faults);
  question.measure = ReadMeasure(request.measure(), faults);
  question.new_sites = ReadSites(request, faults);
  question.new_places = ReadPlaces(request, faults);
  return question;
}

SummaryQuestion ReadSummary(const v1::SummarizeExposureRequest& request,
                            input::Faults* faults) {
  SummaryQuestion question;
  if (!v1::ExposureGrouping_IsValid(request.group_by())) {
    faults->Add("group_by", "is no grouping");
  }
  question.group_by = static_cast<Grouping>(request.group_by());
  question.sites.states = ReadStates(request.states(), faults);
  for (int i = 0; i < request.verdicts_size(); ++i) {
    const v1::Verdict verdict = request.verdicts(i);
    if (verdict != v1::VERDICT_DEFINITE && verdict != v1::VERDICT_POSSIBLE) {
      faults->Add(At("verdicts", i), "must be DEFINITE or POSSIBLE");
    }
    question.verdicts.insert(static_cast<Verdict>(verdict));
  }
  question.measure = ReadMeasure(request.measure(), faults);
  return question;
}

}  // namespace lagesbild::proximity
