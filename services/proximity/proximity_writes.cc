#include "services/proximity/proximity_writes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/api/digest.h"
#include "lib/api/field_mask.h"
#include "lib/api/names.h"
#include "lib/base/status.h"
#include "lib/rpc/write_meta.h"
#include "services/proximity/layer_changes.h"
#include "services/proximity/proximity_access.h"
#include "services/proximity/proximity_records.h"

namespace lagesbild::proximity {
namespace {

template <typename Message>
absl::Status CheckEtag(const Message& shown, const std::string& etag) {
  if (etag.empty() || etag == shown.etag()) return absl::OkStatus();
  return base::Error(absl::StatusCode::kAborted, base::kEtagMismatch,
                     "it has changed since it was read",
                     {{"name", shown.name()}});
}

// The layer has changed since; nothing when there is none.
absl::Status CheckLayerEtag(const Presenter& presenter,
                            const access::v1::Caller& caller,
                            const ProximityState& state, const std::string& id,
                            const std::string& etag) {
  const auto& layers = state.inventory().layers();
  const auto found = layers.find(id);
  if (found == layers.end()) return absl::OkStatus();
  return CheckEtag(presenter.For(caller, found->second), etag);
}

// A place that is to have this correction, or none.
struct PlaceChange {
  std::string id;
  std::string name;
  std::string etag;
  std::optional<Correction> correction;
};

// The place as it will be.
absl::StatusOr<Place> DecideCorrection(const Presenter& presenter,
                                       const access::v1::Caller& caller,
                                       const ProximityState& state,
                                       const PlaceChange& asked) {
  const auto before = state.inventory().FindPlace(asked.id);
  if (before == nullptr) {
    return absl::NotFoundError(absl::StrCat(asked.name, ": no such place"));
  }
  LB_RETURN_IF_ERROR(CheckMayCorrect(caller, *before));
  const Stored* stored = state.FindPlaceRecord(asked.id);
  LB_RETURN_IF_ERROR(
      CheckEtag(presenter.For(caller, *before, stored->recorded), asked.etag));
  Place after = *before;
  after.correction = asked.correction;
  return after;
}

// The judged place, of what follows from its correction.
Place Judged(const Place& place, const Effects& effects) {
  const auto found = effects.places.find(place.id);
  return found == effects.places.end() ? place : found->second;
}

}  // namespace

void ProximityWrites::CorrectPlace(const rpc::CallPtr& call,
                                   const v1::CorrectPlaceRequest& request,
                                   v1::Place* response, rpc::Done done) {
  if (absl::Status may = CheckMayCorrectSome(call->caller()); !may.ok()) {
    return done(may);
  }
  const auto id = backend_.presenter->PlaceId(request.name());
  if (!id.ok()) return done(id.status());
  PlaceChange asked{*id, request.name(), request.etag(), std::nullopt};
  const absl::Time now = backend_.clock->Now();
  if (request.has_correction()) {
    auto correction = ReadCorrection(request.correction(), call->caller(), now);
    if (!correction.ok()) return done(correction.status());
    asked.correction = *std::move(correction);
  }
  const Order order{*id, request.request_id(), api::RequestDigest(request),
                    request.validate_only()};
  Write(
      call, order,
      [this, call, asked, now, response](
          const ProximityState& state, CommitBuilder* builder) -> absl::Status {
        LB_ASSIGN_OR_RETURN(
            Place after, DecideCorrection(*backend_.presenter, call->caller(),
                                          state, asked));
        builder->changes().places[asked.id] = after;
        after = Judged(after, builder->Derive());
        if (builder->changes_places()) builder->Exclude();
        *response = backend_.presenter->For(call->caller(), after, now);
        return absl::OkStatus();
      },
      [=, this, id = *id](ledger::Revision revision) {
        return FillPlace(*call, id, revision, response);
      },
      done);
}

void ProximityWrites::CreateLayer(const rpc::CallPtr& call,
                                  const v1::CreateLayerRequest& request,
                                  v1::Layer* response, rpc::Done done) {
  absl::Status may = CheckMayArrange(call->caller());
  may.Update(backend_.presenter->CheckParent(request.parent()));
  may.Update(api::CheckId(request.layer_id(), "layer_id"));
  if (!may.ok()) return done(may);
  const auto draft =
      ReadLayer(request.layer(), {"display_name", "kinds", "radius_m"});
  if (!draft.ok()) return done(draft.status());
  const Order order{request.layer_id(), request.request_id(),
                    api::RequestDigest(request), request.validate_only()};
  Write(
      call, order,
      [this, call, draft = *draft, id = order.id, response](
          const ProximityState& state, CommitBuilder* builder) -> absl::Status {
        LB_ASSIGN_OR_RETURN(const Layer layer,
                            DecideCreateLayer(state.inventory(), id, draft));
        builder->Derive();
        builder->PutLayer(layer);
        *response = backend_.presenter->For(call->caller(), layer);
        return absl::OkStatus();
      },
      [=, this, id = order.id](ledger::Revision revision) {
        return FillLayer(*call, id, revision, response);
      },
      done);
}

void ProximityWrites::UpdateLayer(const rpc::CallPtr& call,
                                  const v1::UpdateLayerRequest& request,
                                  v1::Layer* response, rpc::Done done) {
  if (absl::Status may = CheckMayArrange(call->caller()); !may.ok()) {
    return done(may);
  }
  const v1::Layer& asked = request.layer();
  const auto id = backend_.presenter->LayerId(asked.name(), "layer.name");
  if (!id.ok()) return done(id.status());
  v1::Layer settable = asked;
  settable.clear_name();
  settable.clear_etag();
  const auto paths = api::UpdatePaths(request.update_mask(), settable);
  if (!paths.ok()) return done(paths.status());
  const auto draft = ReadLayer(asked, *paths);
  if (!draft.ok()) return done(draft.status());
  const Order order{*id, request.request_id(), api::RequestDigest(request),
                    request.validate_only()};
  Write(
      call, order,
      [this, call, draft = *draft, id = *id, etag = asked.etag(), response](
          const ProximityState& state, CommitBuilder* builder) -> absl::Status {
        LB_RETURN_IF_ERROR(CheckLayerEtag(*backend_.presenter, call->caller(),
                                          state, id, etag));
        LB_ASSIGN_OR_RETURN(const Layer layer,
                            DecideUpdateLayer(state.inventory(), id, draft));
        *response = backend_.presenter->For(call->caller(), layer);
        builder->Derive();
        if (layer != state.inventory().layers().at(id)) {
          builder->PutLayer(layer);
        }
        return absl::OkStatus();
      },
      [=, this, id = *id](ledger::Revision revision) {
        return FillLayer(*call, id, revision, response);
      },
      done);
}

void ProximityWrites::DeleteLayer(const rpc::CallPtr& call,
                                  const v1::DeleteLayerRequest& request,
                                  v1::DeleteLayerResponse* response,
                                  rpc::Done done) {
  if (absl::Status may = CheckMayArrange(call->caller()); !may.ok()) {
    return done(may);
  }
  const auto id = backend_.presenter->LayerId(request.name(), "name");
  if (!id.ok()) return done(id.status());
  const Order order{*id, request.request_id(), api::RequestDigest(request),
                    request.validate_only()};
  Write(
      call, order,
      [this, call, id = *id, etag = request.etag(), response](
          const ProximityState& state, CommitBuilder* builder) -> absl::Status {
        LB_RETURN_IF_ERROR(CheckLayerEtag(*backend_.presenter, call->caller(),
                                          state, id, etag));
        LB_RETURN_IF_ERROR(CheckDeleteLayer(state.inventory(), id));
        builder->Derive();
        response->set_exposures(builder->ReplaceLayer(id, std::nullopt, {}));
        return absl::OkStatus();
      },
      [=, this, id = *id](ledger::Revision revision) {
        return FillDeleted(id, revision, response);
      },
      done);
}

void ProximityWrites::Write(const rpc::CallPtr& call, const Order& order,
                            Decide decide, Fill fill, const rpc::Done& done) {
  absl::StatusOr<ledger::Meta> meta =
      rpc::MetaOf(*call, order.request_id, order.digest);
  if (!meta.ok()) return done(meta.status());
  if (order.validate_only) return done(Preview(decide));
  auto commit =
      [clock = backend_.clock, decide = std::move(decide)](
          const ProximityState& state) -> absl::StatusOr<ledger::Transaction> {
    CommitBuilder builder(state, base::DateInSweden(clock->Now()));
    LB_RETURN_IF_ERROR(decide(state, &builder));
    return builder.Take();
  };
  backend_.turnstile->Enter([=, this,
                             meta = *meta](base::Turnstile::Leave leave) {
    backend_.writer->Mutate(
        meta, commit, call->Remaining(),
        [=, this](const absl::StatusOr<ledger::Committed>& committed) {
          leave();
          if (!committed.ok()) return done(committed.status());
          call->SetConsistencyToken(TokenAt(backend_, committed->revision, {}));
          backend_.executor->Run([done, fill, revision = committed->revision] {
            done(fill(revision));
          });
        });
  });
}

absl::Status ProximityWrites::Preview(const Decide& decide) const {
  return backend_.view->Read(
      [&](const ProximityState& state, const ledger::Head&) {
        CommitBuilder builder(state, base::DateInSweden(backend_.clock->Now()));
        return decide(state, &builder);
      });
}

absl::StatusOr<Stored> ProximityWrites::RecordAt(
    const std::string& key, ledger::Revision revision) const {
  LB_ASSIGN_OR_RETURN(const std::vector<ledger::Version> versions,
                      backend_.ledger->ReadHistory(key, revision));
  for (const ledger::Version& version : versions) {
    if (version.key != key || !version.value) continue;
    return Stored{*version.value, version.revision, version.recorded};
  }
  return absl::NotFoundError(absl::StrCat(key, " is not on record"));
}

absl::Status ProximityWrites::FillPlace(const rpc::Call& call,
                                        const std::string& id,
                                        ledger::Revision revision,
                                        v1::Place* response) const {
  LB_ASSIGN_OR_RETURN(const Stored stored,
                      RecordAt(absl::StrCat(kPlacePrefix, id), revision));
  LB_ASSIGN_OR_RETURN(const Place place, DecodePlace(id, stored.bytes));
  *response = backend_.presenter->For(call.caller(), place, stored.recorded);
  return absl::OkStatus();
}

absl::Status ProximityWrites::FillLayer(const rpc::Call& call,
                                        const std::string& id,
                                        ledger::Revision revision,
                                        v1::Layer* response) const {
  LB_ASSIGN_OR_RETURN(const Stored stored,
                      RecordAt(absl::StrCat(kLayerPrefix, id), revision));
  LB_ASSIGN_OR_RETURN(const Layer layer, DecodeLayer(id, stored.bytes));
  *response = backend_.presenter->For(call.caller(), layer);
  return absl::OkStatus();
}

absl::Status ProximityWrites::FillDeleted(
    const std::string& id, ledger::Revision revision,
    v1::DeleteLayerResponse* response) const {
  LB_ASSIGN_OR_RETURN(
      const std::vector<ledger::Version> before,
      backend_.ledger->ReadHistory(absl::StrCat(kExposurePrefix, id, "~"),
                                   revision - 1));
  response->set_exposures(
      std::count_if(before.begin(), before.end(),
                    [](const ledger::Version& v) { return v.value; }));
  return absl::OkStatus();
}

}  // namespace lagesbild::proximity
