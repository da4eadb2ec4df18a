#include "services/notifications/notifications_writes.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/api/digest.h"
#include "lib/api/names.h"
#include "lib/api/text.h"
#include "lib/base/status.h"
#include "services/notifications/derivation.h"
#include "services/notifications/drafts.h"
#include "services/notifications/notifications_access.h"
#include "services/notifications/notifications_records.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::notifications {
namespace {

constexpr api::TextRule kRequestId = {.max_characters = 128};

absl::Status AlreadyExists(absl::string_view what, absl::string_view id) {
  return absl::AlreadyExistsError(absl::StrCat(what, " ", id, " exists"));
}

absl::StatusOr<ledger::Meta> MetaOf(const rpc::Call& call,
                                    const std::string& request_id,
                                    const std::string& digest) {
  const access::v1::Caller& caller = call.caller();
  ledger::Meta meta;
  meta.actor = absl::StrCat(caller.agency(), "/", caller.subject());
  meta.cause = std::string(call.method());
  if (request_id.empty()) return meta;
  LB_RETURN_IF_ERROR(api::CheckText("request_id", request_id, kRequestId));
  meta.request =
      ledger::RequestKey{caller.agency(), meta.cause, request_id, digest};
  return meta;
}

ledger::Write RosterWrite(const NotificationsState& state,
                          const std::string& last) {
  return {kRosterKey, EncodeRoster(last), state.roster_revision()};
}

absl::StatusOr<ledger::Transaction> AddContact(const NotificationsState& state,
                                               const ContactDraft& draft) {
  const auto& contacts = state.facts().contacts;
  const std::string& id = draft.contact.id;
  if (contacts.count(id) > 0) return AlreadyExists("contact", id);
  if (contacts.size() >= kMaxContacts) {
    return absl::ResourceExhaustedError("there are too many contacts");
  }
  ledger::Transaction transaction;
  transaction.writes = {
      {absl::StrCat(kContactPrefix, id), Encode(draft.contact), 0},
      {absl::StrCat(kSecretPrefix, id), EncodeSecret(draft.key), 0},
      RosterWrite(state, id)};
  return transaction;
}

absl::StatusOr<ledger::Transaction> AddSubscription(
    const NotificationsState& state, const Subscription& subscription,
    const access::v1::Caller& caller) {
  const Facts& facts = state.facts();
  const auto contact = facts.contacts.find(subscription.contact);
  if (contact == facts.contacts.end()) {
    return base::InvalidField("subscription.contact", "does not exist");
  }
  LB_RETURN_IF_ERROR(CheckMayActFor(caller, contact->second.value->agency));
  if (contact->second.value->disabled) {
    return absl::FailedPreconditionError(
        "the contact is disabled: its receiver said that it is gone");
  }
  if (facts.subscriptions.count(subscription.id) > 0) {
    return AlreadyExists("subscription", subscription.id);
  }
  if (facts.subscriptions.size() >= kMaxSubscriptions) {
    return absl::ResourceExhaustedError("there are too many subscriptions");
  }
  ledger::Transaction transaction;
  transaction.writes = {{absl::StrCat(kSubscriptionPrefix, subscription.id),
                         Encode(subscription), 0},
                        RosterWrite(state, subscription.id)};
  return transaction;
}

// Why an alert cannot be acknowledged so.
absl::Status CheckAcknowledge(const Alert& alert, const std::string& etag,
                              const access::v1::Caller& caller,
                              const Presenter& presenter) {
  LB_RETURN_IF_ERROR(CheckMayAcknowledge(caller, alert));
  if (!etag.empty() && etag != presenter.For(caller, alert).etag()) {
    return base::Error(absl::StatusCode::kAborted, base::kEtagMismatch,
                       "the alert has changed since it was read");
  }
  if (CanAcknowledge(alert)) return absl::OkStatus();
  return absl::FailedPreconditionError("the alert is over");
}

}  // namespace

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
      [draft = *std::move(draft)](
          const NotificationsState& state) -> absl::StatusOr<Decided> {
        LB_ASSIGN_OR_RETURN(auto transaction, AddContact(state, draft));
        return Decided{std::move(transaction), Encode(draft.contact)};
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
      [draft = *std::move(draft), caller = call->caller()](
          const NotificationsState& state) -> absl::StatusOr<Decided> {
        LB_ASSIGN_OR_RETURN(auto transaction,
                            AddSubscription(state, draft, caller));
        return Decided{std::move(transaction), Encode(draft)};
      },
      show, std::move(done));
}

void NotificationsWrites::AcknowledgeAlert(
    const rpc::CallPtr& call, const v1::AcknowledgeAlertRequest& request,
    v1::Alert* response, rpc::Done done) {
  const auto id =
      backend_.presenter->IdIn(kAlertPattern, request.name(), "name");
  if (!id.ok()) return done(id.status());
  absl::Status note = api::CheckText("note", request.note(), api::kNote);
  if (!note.ok()) return done(note);
  const auto decide =
      [id = *id, etag = request.etag(), note = request.note(),
       caller = call->caller(), now = Now(), presenter = backend_.presenter](
          const NotificationsState& state) -> absl::StatusOr<Decided> {
    const auto held = state.facts().alerts.find(id);
    if (held == state.facts().alerts.end()) {
      return absl::NotFoundError(absl::StrCat("alert ", id, " does not exist"));
    }
    const Alert& alert = *held->second.value;
    LB_RETURN_IF_ERROR(CheckAcknowledge(alert, etag, caller, *presenter));
    const auto next = Acknowledged(alert, caller.agency(), note, now);
    if (!next) return Decided{{}, Encode(alert)};
    Decided decided{{}, Encode(*next)};
    decided.transaction.writes = {{absl::StrCat(kAlertPrefix, id),
                                   decided.record, held->second.revision}};
    return decided;
  };
  const auto show = [this, call, response,
                     id = *id](const std::string& record) -> absl::Status {
    LB_ASSIGN_OR_RETURN(const Alert alert, DecodeAlert(id, record));
    *response = backend_.presenter->For(call->caller(), alert);
    return absl::OkStatus();
  };
  Write(call,
        {request.request_id(), api::RequestDigest(request), false,
         absl::StrCat(kAlertPrefix, *id)},
        decide, show, std::move(done));
}

void NotificationsWrites::Write(const rpc::CallPtr& call, const Order& order,
                                Decide decide, Show show, rpc::Done done) {
  absl::StatusOr<ledger::Meta> meta =
      MetaOf(*call, order.request_id, order.digest);
  if (!meta.ok()) return done(meta.status());
  if (order.validate_only) return done(Preview(decide, show));
  // The last decision's: the one that was committed, or found nothing to do.
  auto record = std::make_shared<std::string>();
  auto on_state = [decide = std::move(decide),
                   record](const NotificationsState& state)
      -> absl::StatusOr<ledger::Transaction> {
    LB_ASSIGN_OR_RETURN(Decided decided, decide(state));
    *record = std::move(decided.record);
    return std::move(decided.transaction);
  };
  writer_.Mutate(
      *std::move(meta), std::move(on_state), call->Remaining(),
      [this, call, record, key = order.key, show = std::move(show),
       done = std::move(done)](absl::StatusOr<ledger::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        SetToken(backend_, committed->revision, {}, call.get());
        if (!committed->repeated) return done(show(*record));
        backend_.executor->Run(
            [this, key, revision = committed->revision, show, done] {
              done(ShowFirst(key, revision, show));
            });
      });
}

absl::Status NotificationsWrites::Preview(const Decide& decide,
                                          const Show& show) const {
  const absl::StatusOr<Decided> decided =
      backend_.view->Read([&](const NotificationsState& state,
                              const ledger::Head&) { return decide(state); });
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
