#include "services/proximity/proximity_questions.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "services/proximity/near_query.h"
#include "services/proximity/question_input.h"

namespace lagesbild::proximity {
namespace {

// FAILED_PRECONDITION for a time of which the states of sites were not kept:
// 0 of 0 would look like a figure.
absl::Status CheckStatesKept(const ProximityState& state) {
  if (state.states_kept()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the states of sites were not kept at that time");
}

// FAILED_PRECONDITION for a layer that has no rule yet.
absl::Status CheckInForce(const Layer& layer) {
  if (!layer.kinds.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "layers/", layer.id, ": ",
      layer.refused ? kTooManyExposures
                    : "its exposures are being found for the first time"));
}

// Takes a copy, which shares the records, so that what takes long is done
// without the view's lock.
absl::Status Hold(const ProximityState& state, Inventory* held) {
  LB_RETURN_IF_ERROR(CheckStatesKept(state));
  *held = state.inventory();
  return absl::OkStatus();
}

// A place with the time of its last change.
struct FoundPlace : NearPlace {
  absl::Time recorded;
};

std::vector<FoundPlace> WithTimes(const ProximityState& state,
                                  std::vector<NearPlace> places) {
  std::vector<FoundPlace> found;
  found.reserve(places.size());
  for (NearPlace& place : places) {
    const absl::Time recorded = state.PlaceRecordedAt(place.place->id);
    found.push_back({std::move(place), recorded});
  }
  return found;
}

void Show(const WhatIfCount& now, const WhatIfCount& then,
          v1::WhatIfStep* step) {
  step->set_sites(now.sites);
  step->set_pairs(now.pairs);
  step->set_places(now.places);
  step->set_sites_then(then.sites);
  step->set_pairs_then(then.pairs);
  step->set_places_then(then.places);
}

// Of which version the figures are.
template <typename Response>
void ShowVersion(const ledger::Head& place, base::Date on, Response* response) {
  response->set_revision(place.revision);
  if (place.recorded != absl::InfinitePast()) {
    response->set_recorded_time(api::FormatTime(place.recorded));
  }
  response->set_valid_date(base::FormatDate(on));
}

void Show(const Presenter& presenter, const WhatIf& found,
          v1::AnalyzeWhatIfResponse* response) {
  for (const WhatIfStep& step : found.steps) {
    v1::WhatIfStep* shown = response->add_steps();
    shown->set_radius_m(step.radius.value());
    Show(step.now, step.then, shown);
  }
  response->set_sites(found.sites);
  response->set_places(found.places);
  response->set_pairs_cut(found.pairs_cut);
  for (const WhatIfPair& pair : found.pairs) {
    v1::WhatIfPair* shown = response->add_pairs();
    shown->set_site(pair.site_is_new ? pair.site
                                     : presenter.SiteName(pair.site));
    shown->set_place(pair.place_is_new ? pair.place
                                       : presenter.PlaceName(pair.place));
    shown->set_distance_m(pair.distance.value());
  }
}

void Show(const Presenter& presenter, const std::string& area,
          const SummaryFigures& figures, v1::ExposureSummary* shown) {
  shown->set_area(area);
  shown->set_sites(figures.sites);
  shown->set_sites_exposed(static_cast<int>(figures.exposed.size()));
  shown->set_sites_definite(figures.definite);
  shown->set_sites_possible(figures.possible);
  shown->set_pairs(figures.pairs);
  shown->set_units(static_cast<int>(figures.units.size()));
  shown->set_buildings(static_cast<int>(figures.buildings.size()));
  shown->set_units_undated(figures.undated);
  for (const std::string& site : figures.exposed) {
    shown->add_exposed(presenter.SiteName(site));
  }
}

// What AnalyzeWhatIf looks at.
struct Asked {
  Inventory inventory;
  WhatIfQuestion question;
  ledger::Head place;
};

// What SummarizeExposure found, and of what.
struct Summarized {
  Inventory inventory;
  ExposureSummary summary;
  SummaryQuestion question;
  Layer layer;
  ledger::Head place;
};

void Show(const Presenter& presenter, const access::v1::Caller& caller,
          const Summarized& found, v1::SummarizeExposureResponse* response) {
  Show(presenter, "", found.summary.total, response->mutable_total());
  for (const auto& [area, figures] : found.summary.groups) {
    Show(presenter, area, figures, response->add_groups());
  }
  *response->mutable_layer() = presenter.For(caller, found.layer);
  ShowVersion(found.place, found.question.sites.on, response);
  response->set_query(InWords(found.question));
}

}  // namespace

void ProximityQuestions::FindPlacesNear(
    const rpc::CallPtr& call, const v1::FindPlacesNearRequest& request,
    v1::FindPlacesNearResponse* response, rpc::Done done) const {
  const auto query = ReadNear(*backend_.presenter, request,
                              backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  input::Faults faults;
  const PlaceKinds kinds = ReadKinds("kinds", request.kinds(), &faults);
  if (!faults.empty()) return done(faults.ToStatus());
  const base::Date on = reader_.ValidDate(query->page.as_of);
  auto found = std::make_shared<api::Found<FoundPlace>>();
  const auto use = [found, query = *query, kinds, on](
                       const ProximityState& state,
                       const ledger::Head& place) -> absl::Status {
    found->revision = place.revision;
    const Inventory& inventory = state.inventory();
    LB_ASSIGN_OR_RETURN(const geo::Shape shape,
                        ShapeIn(inventory.site_index(), query.around));
    const auto site = inventory.FindSite(query.around.id);
    if (site != nullptr && !site->IsLiveOn(on)) return NoSuch(query.around);
    found->records =
        WithTimes(state, PlacesNear(inventory, shape, query.radius, kinds, on));
    return absl::OkStatus();
  };
  const auto show = [this, call, response,
                     radius = query->radius](const FoundPlace& near) {
    v1::NearbyPlace* shown = response->add_places();
    *shown->mutable_place() = backend_.presenter->WithoutEtag(
        call->caller(), *near.place, near.recorded);
    shown->set_distance_m(near.distance.value());
    shown->set_center_distance_m(near.center_distance.value());
    shown->set_verdict(static_cast<v1::Verdict>(
        VerdictFor(near.distance, near.place->margin, radius)));
    return shown->ByteSizeLong();
  };
  const auto finish = [found, query = *query, show, response] {
    response->set_next_page_token(FillNearPage(query, *found, show));
    return absl::OkStatus();
  };
  reader_.Read(call, query->page.as_of, use, finish, std::move(done));
}

void ProximityQuestions::FindSitesNear(const rpc::CallPtr& call,
                                       const v1::FindSitesNearRequest& request,
                                       v1::FindSitesNearResponse* response,
                                       rpc::Done done) const {
  const auto query = ReadNear(*backend_.presenter, request,
                              backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  input::Faults faults;
  const std::set<SiteState> states = ReadStates(request.states(), &faults);
  if (!faults.empty()) return done(faults.ToStatus());
  const base::Date on = reader_.ValidDate(query->page.as_of);
  auto found = std::make_shared<api::Found<NearSite>>();
  const auto use = [found, query = *query, states, on](
                       const ProximityState& state,
                       const ledger::Head& place) -> absl::Status {
    LB_RETURN_IF_ERROR(CheckStatesKept(state));
    found->revision = place.revision;
    const Inventory& inventory = state.inventory();
    LB_ASSIGN_OR_RETURN(const geo::Shape shape,
                        ShapeIn(inventory.place_index(), query.around));
    for (NearSite& near : SitesNear(inventory, shape, query.radius)) {
      const DatedState held = near.site->StateOn(on);
      const bool wanted =
          states.empty()
              ? held.state != SiteState::kUnspecified && IsLive(held.counted)
              : states.contains(held.state);
      if (wanted) found->records.push_back(std::move(near));
    }
    return absl::OkStatus();
  };
  const auto show = [this, response, on](const NearSite& near) {
    v1::NearbySite* shown = response->add_sites();
    shown->set_site(backend_.presenter->SiteName(near.site->id));
    shown->set_municipality(near.site->municipality);
    shown->set_state(
        static_cast<registry::v1::SiteState>(near.site->StateOn(on).state));
    shown->set_distance_m(near.distance.value());
    shown->set_center_distance_m(near.center_distance.value());
    return shown->ByteSizeLong();
  };
  const auto finish = [found, query = *query, show, response] {
    response->set_next_page_token(FillNearPage(query, *found, show));
    return absl::OkStatus();
  };
  reader_.Read(call, query->page.as_of, use, finish, std::move(done));
}

void ProximityQuestions::AnalyzeWhatIf(const rpc::CallPtr& call,
                                       const v1::AnalyzeWhatIfRequest& request,
                                       v1::AnalyzeWhatIfResponse* response,
                                       rpc::Done done) const {
  absl::Status parent = backend_.presenter->CheckParent(request.parent());
  if (!parent.ok()) return done(parent);
  const auto as_of = api::ParseAsOf(request.as_of());
  if (!as_of.ok()) return done(as_of.status());
  input::Faults faults;
  auto asked = std::make_shared<Asked>();
  asked->question = ReadWhatIf(request, &faults);
  if (!faults.empty()) return done(faults.ToStatus());
  asked->question.sites.on = reader_.ValidDate(*as_of);
  const auto use = [asked](const ProximityState& state,
                           const ledger::Head& place) {
    asked->place = place;
    return Hold(state, &asked->inventory);
  };
  const auto finish = [this, asked, response] {
    const WhatIfQuestion& question = asked->question;
    Show(*backend_.presenter, Analyze(asked->inventory, question), response);
    ShowVersion(asked->place, question.sites.on, response);
    response->set_query(InWords(question));
    return absl::OkStatus();
  };
  reader_.Read(call, *as_of, use, finish, std::move(done));
}

void ProximityQuestions::SummarizeExposure(
    const rpc::CallPtr& call, const v1::SummarizeExposureRequest& request,
    v1::SummarizeExposureResponse* response, rpc::Done done) const {
  const Presenter& presenter = *backend_.presenter;
  absl::Status parent = presenter.CheckParent(request.parent());
  if (!parent.ok()) return done(parent);
  const auto as_of = api::ParseAsOf(request.as_of());
  if (!as_of.ok()) return done(as_of.status());
  const auto layer = request.layer().empty()
                         ? absl::StatusOr<std::string>(kDefaultLayer)
                         : presenter.LayerId(request.layer(), "layer");
  if (!layer.ok()) return done(layer.status());
  input::Faults faults;
  auto found = std::make_shared<Summarized>();
  found->question = ReadSummary(request, &faults);
  if (!faults.empty()) return done(faults.ToStatus());
  found->question.sites.on = reader_.ValidDate(*as_of);
  const auto use = [found, id = *layer](const ProximityState& state,
                                        const ledger::Head& place) {
    const auto& layers = state.inventory().layers();
    const auto it = layers.find(id);
    if (it == layers.end()) {
      return absl::NotFoundError(
          absl::StrCat("layers/", id, ": no such layer"));
    }
    LB_RETURN_IF_ERROR(CheckInForce(it->second));
    found->layer = it->second;
    found->place = place;
    found->question.rule = {it->second.kinds, it->second.radius};
    return Hold(state, &found->inventory);
  };
  const auto finish = [this, call, found, response] {
    found->summary = Summarize(found->inventory, found->question);
    Show(*backend_.presenter, call->caller(), *found, response);
    return absl::OkStatus();
  };
  reader_.Read(call, *as_of, use, finish, std::move(done));
}

}  // namespace lagesbild::proximity
