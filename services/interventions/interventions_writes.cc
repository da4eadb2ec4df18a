#include "services/interventions/interventions_writes.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/api/digest.h"
#include "lib/api/names.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "lib/rpc/write_meta.h"
#include "services/interventions/intervention_input.h"
#include "services/interventions/interventions_access.h"
#include "services/interventions/interventions_commit.h"
#include "services/interventions/interventions_records.h"

namespace lagesbild::interventions {
namespace {

// 104 bits, as many as keep two from ever meeting.
constexpr std::size_t kDerivedIdDigits = 26;

Scene SceneOf(const Backend& backend, const InterventionsState& state,
              const access::v1::Caller& caller, absl::Time now) {
  return {state, *backend.presenter, caller, now, base::DateInSweden(now)};
}

std::string KeyOf(const std::string& id) {
  return absl::StrCat(kInterventionPrefix, id);
}

}  // namespace

template <typename Request>
absl::StatusOr<InterventionsWrites::Order> InterventionsWrites::OrderOf(
    const rpc::Call& call, const Request& request) const {
  LB_RETURN_IF_ERROR(CheckMayWriteSome(call.caller()));
  LB_ASSIGN_OR_RETURN(std::string id,
                      backend_.presenter->InterventionId(request.name()));
  return Order{std::move(id), request.request_id(), api::RequestDigest(request),
               request.validate_only()};
}

// A repeat of a request must come to the same intervention.
std::string InterventionsWrites::NewId(const rpc::Call& call,
                                       const std::string& request_id) const {
  if (request_id.empty()) return backend_.ids->NewId();
  const std::string digest =
      base::Sha256(absl::StrCat(call.caller().agency(), "\n", request_id));
  return absl::BytesToHexString(digest).substr(0, kDerivedIdDigits);
}

void InterventionsWrites::Create(const rpc::CallPtr& call,
                                 const v1::CreateInterventionRequest& request,
                                 v1::Intervention* response, rpc::Done done) {
  absl::Status may = CheckMayWriteSome(call->caller());
  may.Update(backend_.presenter->CheckParent(request.parent()));
  if (!request.intervention_id().empty()) {
    may.Update(api::CheckId(request.intervention_id(), "intervention_id"));
  }
  if (!may.ok()) return done(may);
  input::Faults faults;
  Intervention asked =
      ReadIntervention(*backend_.presenter, request.intervention(), &faults);
  if (!faults.empty()) return done(faults.ToStatus());
  asked.id = request.intervention_id().empty()
                 ? NewId(*call, request.request_id())
                 : request.intervention_id();
  const Order order{asked.id, request.request_id(), api::RequestDigest(request),
                    request.validate_only()};
  Write(
      call, order,
      [asked](const Scene& scene) { return DecideCreate(scene, asked); },
      response, done);
}

void InterventionsWrites::Activate(
    const rpc::CallPtr& call, const v1::ActivateInterventionRequest& request,
    v1::Intervention* response, rpc::Done done) {
  const auto order = OrderOf(*call, request);
  if (!order.ok()) return done(order.status());
  input::Faults faults;
  const Activation asked{order->id, request.etag(),
                         ReadDate("start_date", request.start_date(), &faults)};
  if (!faults.empty()) return done(faults.ToStatus());
  Write(
      call, *order,
      [asked](const Scene& scene) { return DecideActivate(scene, asked); },
      response, done);
}

void InterventionsWrites::Complete(
    const rpc::CallPtr& call, const v1::CompleteInterventionRequest& request,
    v1::Intervention* response, rpc::Done done) {
  const auto order = OrderOf(*call, request);
  if (!order.ok()) return done(order.status());
  input::Faults faults;
  const Completion asked{order->id, request.etag(),
                         ReadDate("end_date", request.end_date(), &faults),
                         ReadOutcome("outcome", request.outcome(), &faults)};
  if (!faults.empty()) return done(faults.ToStatus());
  Write(
      call, *order,
      [asked](const Scene& scene) { return DecideComplete(scene, asked); },
      response, done);
}

void InterventionsWrites::Write(const rpc::CallPtr& call, const Order& order,
                                DecideOnScene decide,
                                v1::Intervention* response,
                                const rpc::Done& done) {
  absl::StatusOr<ledger::Meta> meta =
      rpc::MetaOf(*call, order.request_id, order.digest);
  if (!meta.ok()) return done(meta.status());
  if (order.validate_only) return done(Preview(*call, decide, response));
  auto commit = [backend = backend_, caller = call->caller(),
                 now = NowOf(*backend_.clock),
                 decide = std::move(decide)](const InterventionsState& state)
      -> absl::StatusOr<ledger::Transaction> {
    LB_ASSIGN_OR_RETURN(Intervention decided,
                        decide(SceneOf(backend, state, caller, now)));
    CommitBuilder builder(state, now);
    builder.Put(std::move(decided));
    return builder.Finish();
  };
  backend_.turnstile->Enter([=, this, meta = *std::move(meta),
                             id = order.id](base::Turnstile::Leave leave) {
    backend_.writer->Mutate(
        meta, commit, call->Remaining(),
        [=, this](const absl::StatusOr<ledger::Committed>& committed) {
          leave();
          if (!committed.ok()) return done(committed.status());
          Answer(call, id, *committed, response, done);
        });
  });
}

absl::Status InterventionsWrites::Preview(const rpc::Call& call,
                                          const DecideOnScene& decide,
                                          v1::Intervention* response) const {
  const absl::Time now = NowOf(*backend_.clock);
  const absl::StatusOr<Intervention> decided = backend_.view->Read(
      [&](const InterventionsState& state, const ledger::Head&) {
        return decide(SceneOf(backend_, state, call.caller(), now));
      });
  if (!decided.ok()) return decided.status();
  *response = backend_.presenter->For(call.caller(), *decided);
  return absl::OkStatus();
}

void InterventionsWrites::Answer(const rpc::CallPtr& call,
                                 const std::string& id,
                                 const ledger::Committed& committed,
                                 v1::Intervention* response,
                                 const rpc::Done& done) {
  call->SetConsistencyToken(TokenAt(backend_, committed.revision, {}));
  if (committed.repeated) {
    return backend_.executor->Run([=, this] {
      done(ReadAnswered(*call, id, committed.revision, response));
    });
  }
  const auto entry = backend_.view->Read(
      [&](const InterventionsState& state, const ledger::Head&) {
        return state.FindIntervention(id);
      });
  if (entry == nullptr) {
    return done(NoSuchIntervention(*backend_.presenter, id));
  }
  *response = backend_.presenter->For(call->caller(), entry->intervention);
  done(absl::OkStatus());
}

absl::Status InterventionsWrites::ReadAnswered(
    const rpc::Call& call, const std::string& id, ledger::Revision revision,
    v1::Intervention* response) const {
  LB_ASSIGN_OR_RETURN(const std::vector<ledger::Version> versions,
                      backend_.ledger->ReadHistory(KeyOf(id), revision));
  for (const ledger::Version& version : versions) {
    if (version.key != KeyOf(id) || !version.value) continue;
    LB_ASSIGN_OR_RETURN(const Intervention intervention,
                        DecodeIntervention(id, *version.value));
    *response = backend_.presenter->For(call.caller(), intervention);
    return absl::OkStatus();
  }
  return NoSuchIntervention(*backend_.presenter, id);
}

}  // namespace lagesbild::interventions
