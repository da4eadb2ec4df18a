#include "services/proximity/proximity_reads.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/api/filter.h"
#include "lib/api/paging.h"
#include "lib/base/status.h"
#include "services/proximity/layer_work.h"

namespace lagesbild::proximity {
namespace {

// What a List method asks for, checked.
struct Query {
  api::AsOf as_of;
  api::Filter filter;
  api::Page page;
};

template <typename Request>
absl::StatusOr<Query> ReadPaging(const Presenter& presenter,
                                 const Request& request) {
  LB_RETURN_IF_ERROR(presenter.CheckParent(request.parent()));
  Query query;
  LB_ASSIGN_OR_RETURN(query.page, api::ReadPage(request));
  return query;
}

template <typename Request>
absl::StatusOr<Query> ReadQuery(const Presenter& presenter,
                                const access::v1::Caller& caller,
                                const Request& request,
                                const google::protobuf::Descriptor* type) {
  LB_ASSIGN_OR_RETURN(Query query, ReadPaging(presenter, request));
  LB_ASSIGN_OR_RETURN(query.as_of, api::ParseAsOf(request.as_of()));
  LB_ASSIGN_OR_RETURN(query.filter,
                      presenter.ReadFilter(request.filter(), type, caller));
  return query;
}

// A place with the time of its last change.
struct SeenPlace {
  std::shared_ptr<const Place> place;
  absl::Time recorded;
};

// Fills a page from `records`: `show` gives the message or nothing, `id` what
// the page token remembers.
template <typename Record, typename Message, typename Show, typename Id>
std::string FillPage(const Query& query, const std::vector<Record>& records,
                     Show show, Id id,
                     google::protobuf::RepeatedPtrField<Message>* page) {
  std::string last;
  for (const Record& record : records) {
    std::optional<Message> message = show(record);
    if (!message || !query.filter.Matches(*message)) continue;
    if (static_cast<std::size_t>(page->size()) == query.page.size) {
      return query.page.Next(last);
    }
    last = id(record);
    *page->Add() = *std::move(message);
  }
  return "";
}

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
  const auto query = ReadQuery(*backend_.presenter, call->caller(), request,
                               v1::Place::descriptor());
  if (!query.ok()) return done(query.status());
  auto seen = std::make_shared<std::vector<SeenPlace>>();
  const auto use = [seen, after = query->page.after](
                       const ProximityState& state, const ledger::Head&) {
    const auto& places = state.inventory().places();
    for (auto it = places.upper_bound(after); it != places.end(); ++it) {
      seen->push_back({it->second, state.PlaceRecordedAt(it->first)});
    }
    return absl::OkStatus();
  };
  const base::Date date = reader_.ValidDate(query->as_of);
  const auto show = [this, call,
                     date](const SeenPlace& s) -> std::optional<v1::Place> {
    if (!s.place->valid.HoldsOn(date)) return std::nullopt;
    return backend_.presenter->For(call->caller(), *s.place, s.recorded);
  };
  const auto finish = [seen, show, query = *query, response] {
    response->set_next_page_token(FillPage(
        query, *seen, show, [](const SeenPlace& s) { return s.place->id; },
        response->mutable_places()));
    return absl::OkStatus();
  };
  reader_.Read(call, query->as_of, use, finish, std::move(done));
}

v1::Layer ProximityReads::Show(const rpc::Call& call,
                               const Layer& layer) const {
  v1::Layer shown = backend_.presenter->For(call.caller(), layer);
  if (layer.pending) {
    shown.set_progress(backend_.layer_work->ProgressOf(layer.id));
  }
  return shown;
}

void ProximityReads::GetLayer(const rpc::CallPtr& call,
                              const v1::GetLayerRequest& request,
                              v1::Layer* response, rpc::Done done) const {
  const auto id = backend_.presenter->LayerId(request.name(), "name");
  if (!id.ok()) return done(id.status());
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
  const auto finish = [this, seen, call, response] {
    *response = Show(*call, *seen);
    return absl::OkStatus();
  };
  reader_.Read(call, {}, use, finish, std::move(done));
}

void ProximityReads::ListLayers(const rpc::CallPtr& call,
                                const v1::ListLayersRequest& request,
                                v1::ListLayersResponse* response,
                                rpc::Done done) const {
  const auto query = ReadPaging(*backend_.presenter, request);
  if (!query.ok()) return done(query.status());
  auto seen = std::make_shared<std::vector<Layer>>();
  const auto use = [seen, after = query->page.after](
                       const ProximityState& state, const ledger::Head&) {
    const auto& layers = state.inventory().layers();
    for (auto it = layers.upper_bound(after); it != layers.end(); ++it) {
      seen->push_back(it->second);
    }
    return absl::OkStatus();
  };
  const auto finish = [this, seen, call, query = *query, response] {
    response->set_next_page_token(FillPage(
        query, *seen,
        [&](const Layer& layer) { return std::optional(Show(*call, layer)); },
        [](const Layer& layer) { return layer.id; },
        response->mutable_layers()));
    return absl::OkStatus();
  };
  reader_.Read(call, query->as_of, use, finish, std::move(done));
}

void ProximityReads::ListExposures(const rpc::CallPtr& call,
                                   const v1::ListExposuresRequest& request,
                                   v1::ListExposuresResponse* response,
                                   rpc::Done done) const {
  const auto query = ReadQuery(*backend_.presenter, call->caller(), request,
                               v1::Exposure::descriptor());
  if (!query.ok()) return done(query.status());
  using Seen = std::shared_ptr<const Exposure>;
  auto seen = std::make_shared<std::vector<Seen>>();
  const auto use = [seen, after = query->page.after](
                       const ProximityState& state, const ledger::Head&) {
    const auto& all = state.inventory().exposures();
    for (auto it = all.upper_bound(after); it != all.end(); ++it) {
      seen->push_back(it->second);
    }
    return absl::OkStatus();
  };
  const base::Date date = reader_.ValidDate(query->as_of);
  const auto show = [this, call,
                     date](const Seen& e) -> std::optional<v1::Exposure> {
    if (!e->valid.HoldsOn(date)) return std::nullopt;
    return backend_.presenter->For(call->caller(), *e);
  };
  const auto finish = [seen, show, query = *query, response] {
    response->set_next_page_token(FillPage(
        query, *seen, show, [](const Seen& e) { return ExposureId(*e); },
        response->mutable_exposures()));
    return absl::OkStatus();
  };
  reader_.Read(call, query->as_of, use, finish, std::move(done));
}

}  // namespace lagesbild::proximity
