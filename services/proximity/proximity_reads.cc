#include "services/proximity/proximity_reads.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/listing.h"
#include "lib/base/status.h"
#include "services/proximity/layer_work.h"

namespace lagesbild::proximity {
namespace {

// An exposure with its site, which is one with interruptions: withdrawn, and
// taken up again.
struct SeenExposure {
  std::shared_ptr<const Exposure> exposure;
  std::shared_ptr<const Site> site;

  bool HoldsOn(base::Date date) const {
    return exposure->valid.HoldsOn(date) &&
           (site == nullptr || site->IsLiveOn(date));
  }
};

// A place with the time of its last change.
struct SeenPlace {
  std::shared_ptr<const Place> place;
  absl::Time recorded;
};

}  // namespace

void ProximityReads::GetPlace(const rpc::CallPtr& call,
                              const v1::GetPlaceRequest& request,
                              v1::Place* response, rpc::Done done) const {
  const auto id = backend_.presenter->PlaceId(request.name());
  if (!id.ok()) return done(id.status());
  const auto as_of = api::ParseAsOf(request.as_of());
  if (!as_of.ok()) return done(as_of.status());
  auto seen = std::make_shared<SeenPlace>();
  const auto use = [seen, id = *id, name = request.name()](
                       const ProximityState& state, const ledger::Head&) {
    *seen = {state.inventory().FindPlace(id), state.PlaceRecordedAt(id)};
    return seen->place != nullptr
               ? absl::OkStatus()
               : absl::NotFoundError(absl::StrCat(name, ": no such place"));
  };
  const auto finish = [this, seen, call, response] {
    *response =
        backend_.presenter->For(call->caller(), *seen->place, seen->recorded);
    return absl::OkStatus();
  };
  reader_.Read(call, *as_of, use, finish, std::move(done));
}

void ProximityReads::ListPlaces(const rpc::CallPtr& call,
                                const v1::ListPlacesRequest& request,
                                v1::ListPlacesResponse* response,
                                rpc::Done done) const {
  const auto query = api::ReadListQuery(
      *backend_.presenter, call->caller(), request, v1::Place::descriptor(),
      backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  auto found = std::make_shared<api::Found<SeenPlace>>();
  const auto use = [found, query = *query](const ProximityState& state,
                                           const ledger::Head& place) {
    api::TakeAfter(
        query, state.inventory().places(), place.revision,
        [&](const auto& entry) {
          return SeenPlace{entry.second, state.PlaceRecordedAt(entry.first)};
        },
        found.get());
    return absl::OkStatus();
  };
  const base::Date date = reader_.ValidDate(query->page.as_of);
  const auto show = [this, call,
                     date](const SeenPlace& s) -> std::optional<v1::Place> {
    if (!s.place->valid.HoldsOn(date)) return std::nullopt;
    return backend_.presenter->For(call->caller(), *s.place, s.recorded);
  };
  const auto finish = [found, show, query = *query, response] {
    response->set_next_page_token(api::FillPage(
        query, *found, show, [](const SeenPlace& s) { return s.place->id; },
        response->mutable_places()));
    return absl::OkStatus();
  };
  reader_.Read(call, query->page.as_of, use, finish, std::move(done));
}

v1::Layer ProximityReads::Show(const rpc::Call& call, const api::AsOf& as_of,
                               const Layer& layer) const {
  v1::Layer shown = backend_.presenter->For(call.caller(), layer);
  // What is found now is no progress of an earlier version.
  if (layer.pending && as_of.IsHead()) {
    shown.set_progress(backend_.layer_work->ProgressOf(layer.id));
  }
  return shown;
}

void ProximityReads::GetLayer(const rpc::CallPtr& call,
                              const v1::GetLayerRequest& request,
                              v1::Layer* response, rpc::Done done) const {
  const auto id = backend_.presenter->LayerId(request.name(), "name");
  if (!id.ok()) return done(id.status());
  const auto as_of = api::ParseAsOf(request.as_of());
  if (!as_of.ok()) return done(as_of.status());
  auto seen = std::make_shared<Layer>();
  const auto use = [seen, id = *id, name = request.name()](
                       const ProximityState& state, const ledger::Head&) {
    const auto& layers = state.inventory().layers();
    const auto found = layers.find(id);
    if (found == layers.end()) {
      return absl::NotFoundError(absl::StrCat(name, ": no such layer"));
    }
    *seen = found->second;
    return absl::OkStatus();
  };
  const auto finish = [this, seen, call, as_of = *as_of, response] {
    *response = Show(*call, as_of, *seen);
    return absl::OkStatus();
  };
  reader_.Read(call, *as_of, use, finish, std::move(done));
}

void ProximityReads::ListLayers(const rpc::CallPtr& call,
                                const v1::ListLayersRequest& request,
                                v1::ListLayersResponse* response,
                                rpc::Done done) const {
  const auto query = api::ReadListQuery(
      *backend_.presenter, call->caller(), request, v1::Layer::descriptor(),
      backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  auto found = std::make_shared<api::Found<Layer>>();
  const auto use = [found, query = *query](const ProximityState& state,
                                           const ledger::Head& place) {
    api::TakeAfter(query, state.inventory().layers(), place.revision,
                   found.get());
    return absl::OkStatus();
  };
  const auto show = [this, call,
                     as_of = query->page.as_of](const Layer& layer) {
    return std::optional(Show(*call, as_of, layer));
  };
  const auto finish = [found, show, query = *query, response] {
    response->set_next_page_token(api::FillPage(
        query, *found, show, [](const Layer& layer) { return layer.id; },
        response->mutable_layers()));
    return absl::OkStatus();
  };
  reader_.Read(call, query->page.as_of, use, finish, std::move(done));
}

void ProximityReads::ListExposures(const rpc::CallPtr& call,
                                   const v1::ListExposuresRequest& request,
                                   v1::ListExposuresResponse* response,
                                   rpc::Done done) const {
  const auto query = api::ReadListQuery(
      *backend_.presenter, call->caller(), request, v1::Exposure::descriptor(),
      backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  using Seen = SeenExposure;
  auto found = std::make_shared<api::Found<Seen>>();
  const auto use = [found, query = *query](const ProximityState& state,
                                           const ledger::Head& place) {
    const auto& inventory = state.inventory();
    const auto take = [&](const auto& entry) {
      return Seen{entry.second, inventory.FindSite(entry.second->site)};
    };
    api::TakeAfter(query, inventory.exposures(), place.revision, take,
                   found.get());
    return absl::OkStatus();
  };
  const base::Date date = reader_.ValidDate(query->page.as_of);
  const auto show = [this, call,
                     date](const Seen& e) -> std::optional<v1::Exposure> {
    if (!e.HoldsOn(date)) return std::nullopt;
    return backend_.presenter->For(call->caller(), *e.exposure);
  };
  const auto finish = [found, show, query = *query, response] {
    response->set_next_page_token(api::FillPage(
        query, *found, show,
        [](const Seen& e) { return ExposureId(*e.exposure); },
        response->mutable_exposures()));
    return absl::OkStatus();
  };
  reader_.Read(call, query->page.as_of, use, finish, std::move(done));
}

}  // namespace lagesbild::proximity
