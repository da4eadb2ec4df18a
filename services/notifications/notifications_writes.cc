#include "services/notifications/notifications_writes.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/api/digest.h"
#include "lib/api/names.h"
#include "lib/api/text.h"
#include "lib/base/status.h"
#include "lib/rpc/write_meta.h"
#include "services/notifications/derivation.h"
#include "services/notifications/drafts.h"
#include "services/notifications/notifications_records.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::notifications {

NotificationsWrites::NotificationsWrites(const Backend& backend)
    : backend_(backend), writer_(backend.view, backend.ledger) {}

absl::Time NotificationsWrites::Now() const {
  // Stored times have microseconds.
  return absl::FromUnixMicros(absl::ToUnixMicros(backend_.clock->Now()));
}

absl::StatusOr<std::string> NotificationsWrites::IdFor(
    const rpc::Call& call, const std::string& given,
    const std::string& request_id, absl::string_view field) const {
  if (!given.empty()) {
    LB_RETURN_IF_ERROR(api::CheckId(given, field));
    return given;
  }
  if (request_id.empty()) return backend_.ids->NewId();
  return StableId({call.method(), call.caller().agency(), request_id});
}

void NotificationsWrites::CreateContact(const rpc::CallPtr& call,
                                        const v1::CreateContactRequest& request,
                                        v1::Contact* response, rpc::Done done) {
  absl::Status parent = backend_.presenter->CheckParent(request.parent());
  if (!parent.ok()) return done(parent);
  auto draft =
      ReadContact(request.contact(), call->caller(), backend_.targets, Now());
  if (!draft.ok()) return done(draft.status());
  const auto id =
      IdFor(*call, request.contact_id(), request.request_id(), "contact_id");
  if (!id.ok()) return done(id.status());
  draft->contact.id = *id;
  const bool validate_only = request.validate_only();
  const auto show = [this, call, response, validate_only,
                     id = *id](const std::string& record) -> absl::Status {
    LB_ASSIGN_OR_RETURN(const Contact contact, DecodeContact(id, record));
    *response = backend_.presenter->For(call->caller(), contact);
    if (validate_only) return absl::OkStatus();
    backend_.view->Read(
        [&](const NotificationsState& state, const ledger::Head&) {
          response->set_webhook_secret(FormatSecret(state.SecretOf(id)));
        });
    return absl::OkStatus();
  };
  Write(
      call,
      {request.request_id(), api::RequestDigest(request), validate_only,
       absl::StrCat(kContactPrefix, *id)},
      [draft = *std::move(draft)](const Scene& scene) {
        return DecideCreateContact(scene, draft);
      },
      show, std::move(done));
}

void NotificationsWrites::UpdateContact(const rpc::CallPtr& call,
                                        const v1::UpdateContactRequest& request,
                                        v1::Contact* response, rpc::Done done) {
  auto update =
      ReadContactUpdate(request, *backend_.presenter, backend_.targets);
  if (!update.ok()) return done(update.status());
  const auto show = [this, call, response, id = update->id](
                        const std::string& record) -> absl::Status {
    LB_ASSIGN_OR_RETURN(const Contact contact, DecodeContact(id, record));
    *response = backend_.presenter->For(call->caller(), contact);
    return absl::OkStatus();
  };
  const Order order = {request.request_id(), api::RequestDigest(request),
                       request.validate_only(),
                       absl::StrCat(kContactPrefix, update->id)};
  Write(
      call, order,
      [update = *std::move(update)](const Scene& scene) {
        return DecideUpdateContact(scene, update);
      },
      show, std::move(done));
}

void NotificationsWrites::CreateSubscription(
    const rpc::CallPtr& call, const v1::CreateSubscriptionRequest& request,
    v1::Subscription* response, rpc::Done done) {
  absl::Status parent = backend_.presenter->CheckParent(request.parent());
  if (!parent.ok()) return done(parent);
  auto draft =
      ReadSubscription(request.subscription(), *backend_.presenter, Now());
  if (!draft.ok()) return done(draft.status());
  const auto id = IdFor(*call, request.subscription_id(), request.request_id(),
                        "subscription_id");
  if (!id.ok()) return done(id.status());
  draft->id = *id;
  const auto show = [this, call, response,
                     id = *id](const std::string& record) -> absl::Status {
    LB_ASSIGN_OR_RETURN(const Subscription subscription,
                        DecodeSubscription(id, record));
    *response = backend_.presenter->For(call->caller(), subscription);
    return absl::OkStatus();
  };
  Write(
      call,
      {request.request_id(), api::RequestDigest(request),
       request.validate_only(), absl::StrCat(kSubscriptionPrefix, *id)},
      [draft = *std::move(draft)](const Scene& scene) {
        return DecideCreateSubscription(scene, draft);
      },
      show, std::move(done));
}

void NotificationsWrites::DeleteSubscription(
    const rpc::CallPtr& call, const v1::DeleteSubscriptionRequest& request,
    google::protobuf::Empty*, rpc::Done done) {
  const auto id =
      backend_.presenter->IdIn(kSubscriptionPattern, request.name(), "name");
  if (!id.ok()) return done(id.status());
  Write(
      call,
      {request.request_id(), api::RequestDigest(request),
       request.validate_only(), ""},
      [ending = Ending{*id, request.etag()}](const Scene& scene) {
        return DecideDeleteSubscription(scene, ending);
      },
      [](const std::string&) { return absl::OkStatus(); }, std::move(done));
}

void NotificationsWrites::AcknowledgeAlert(
    const rpc::CallPtr& call, const v1::AcknowledgeAlertRequest& request,
    v1::Alert* response, rpc::Done done) {
  const auto id =
      backend_.presenter->IdIn(kAlertPattern, request.name(), "name");
  if (!id.ok()) return done(id.status());
  absl::Status note = api::CheckText("note", request.note(), api::kNote);
  if (!note.ok()) return done(note);
  const auto show = [this, call, response,
                     id = *id](const std::string& record) -> absl::Status {
    LB_ASSIGN_OR_RETURN(const Alert alert, DecodeAlert(id, record));
    *response = backend_.presenter->For(call->caller(), alert);
    return absl::OkStatus();
  };
  Write(
      call,
      {request.request_id(), api::RequestDigest(request),
       request.validate_only(), absl::StrCat(kAlertPrefix, *id)},
      [asked = Acknowledgement{*id, request.etag(), request.note(), Now()}](
          const Scene& scene) { return DecideAcknowledge(scene, asked); },
      show, std::move(done));
}

void NotificationsWrites::Write(const rpc::CallPtr& call, const Order& order,
                                Decide decide, Show show, rpc::Done done) {
  absl::StatusOr<ledger::Meta> meta =
      rpc::MetaOf(*call, order.request_id, order.digest);
  if (!meta.ok()) return done(meta.status());
  if (order.validate_only) return done(Preview(*call, decide, show));
  // The last decision's: the one that was committed, or found nothing to do.
  auto record = std::make_shared<std::string>();
  auto on_state = [decide = std::move(decide), record, call,
                   presenter =
                       backend_.presenter](const NotificationsState& state)
      -> absl::StatusOr<ledger::Transaction> {
    LB_ASSIGN_OR_RETURN(Decided decided,
                        decide({state, *presenter, call->caller()}));
    *record = std::move(decided.record);
    return std::move(decided.transaction);
  };
  writer_.Mutate(
      *std::move(meta), std::move(on_state), call->Remaining(),
      [this, call, record, key = order.key, show = std::move(show),
       done = std::move(done)](absl::StatusOr<ledger::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        SetToken(backend_, committed->revision, {}, call.get());
        if (!committed->repeated || key.empty()) return done(show(*record));
        backend_.executor->Run(
            [this, key, revision = committed->revision, show, done] {
              done(ShowFirst(key, revision, show));
            });
      });
}

absl::Status NotificationsWrites::Preview(const rpc::Call& call,
                                          const Decide& decide,
                                          const Show& show) const {
  const absl::StatusOr<Decided> decided = backend_.view->Read(
      [&](const NotificationsState& state, const ledger::Head&) {
        return decide({state, *backend_.presenter, call.caller()});
      });
  return decided.ok() ? show(decided->record) : decided.status();
}

absl::Status NotificationsWrites::ShowFirst(const std::string& key,
                                            ledger::Revision revision,
                                            const Show& show) const {
  LB_ASSIGN_OR_RETURN(const std::vector<ledger::Version> versions,
                      backend_.ledger->ReadHistory(key, revision));
  for (const ledger::Version& version : versions) {
    if (version.key == key && version.value) return show(*version.value);
  }
  return absl::NotFoundError("what was answered is not kept any more");
}

}  // namespace lagesbild::notifications
