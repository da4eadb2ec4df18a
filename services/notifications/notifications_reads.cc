#include "services/notifications/notifications_reads.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/api/filter.h"
#include "lib/api/paging.h"
#include "lib/api/time.h"
#include "lib/base/status.h"
#include "services/notifications/derivation.h"
#include "services/notifications/notifications_access.h"

namespace lagesbild::notifications {
namespace {

// What every List method asks for, checked.
struct Query {
  api::Filter filter;
  std::size_t page_size = 0;
  std::string after;   // the last id of the page before
  std::string digest;  // what page tokens are bound to
};

template <typename Message, typename Request>
absl::StatusOr<Query> ReadQuery(const Presenter& presenter,
                                const access::v1::Caller& caller,
                                const Request& request) {
  LB_RETURN_IF_ERROR(presenter.CheckParent(request.parent()));
  Query query;
  LB_ASSIGN_OR_RETURN(
      query.filter,
      api::Filter::Compile(request.filter(), Message::descriptor()));
  LB_RETURN_IF_ERROR(CheckFilterFields(caller, presenter.redactor(),
                                       Message::descriptor(),
                                       query.filter.fields()));
  LB_ASSIGN_OR_RETURN(query.page_size, api::PageSize(request.page_size()));
  query.digest = api::QueryDigest(request);
  LB_ASSIGN_OR_RETURN(query.after,
                      api::ParsePageToken(request.page_token(), query.digest));
  return query;
}

template <typename T>
using Entries = std::vector<std::shared_ptr<const T>>;

// The records after `query.after`: no more than a page needs, where no filter
// can drop any.
template <typename T>
Entries<T> EntriesAfter(const Query& query, const HeldById<T>& records) {
  Entries<T> taken;
  const bool all = !query.filter.matches_everything();
  for (auto it = records.upper_bound(query.after); it != records.end(); ++it) {
    taken.push_back(it->second.value);
    if (!all && taken.size() > query.page_size) break;
  }
  return taken;
}

// Fills a page; the token of the next one.
template <typename T, typename Messages>
std::string FillPage(const Presenter& presenter,
                     const access::v1::Caller& caller, const Query& query,
                     const Entries<T>& entries, Messages* messages) {
  std::string last;
  for (const auto& entry : entries) {
    auto message = presenter.For(caller, *entry);
    if (!query.filter.Matches(message)) continue;
    if (messages->size() == static_cast<int>(query.page_size)) {
      return api::PageToken(query.digest, last);
    }
    *messages->Add() = std::move(message);
    last = entry->id;
  }
  return "";
}

// What the view shows, and the token that says so.
struct Shown {
  ledger::Revision revision = 0;
  watch::Basis basis;
};

template <typename F>
Shown ReadNow(const Backend& backend, F use) {
  return backend.view->Read(
      [&](const NotificationsState& state, const ledger::Head& head) {
        use(state);
        return Shown{head.revision, BasisOf(state.followed())};
      });
}

template <typename T>
absl::StatusOr<std::shared_ptr<const T>> FindNow(
    const Backend& backend, absl::string_view pattern,
    const HeldById<T> Facts::*records, const std::string& name,
    rpc::Call* call) {
  LB_ASSIGN_OR_RETURN(const std::string id,
                      backend.presenter->IdIn(pattern, name, "name"));
  std::shared_ptr<const T> found;
  const Shown shown = ReadNow(backend, [&](const NotificationsState& state) {
    const auto& held = state.facts().*records;
    const auto it = held.find(id);
    if (it != held.end()) found = it->second.value;
  });
  SetToken(backend, shown.revision, shown.basis, call);
  if (found == nullptr) {
    return absl::NotFoundError(absl::StrCat(name, " does not exist"));
  }
  return found;
}

// A list of what is there now: taken under the view's lock, shown elsewhere, so
// that a long one holds up no other call.
template <typename Message, typename T, typename Request, typename Finish>
void ListNow(const Backend& backend, const rpc::CallPtr& call,
             const Request& request, const HeldById<T> Facts::*records,
             rpc::Done done, Finish finish) {
  const auto query =
      ReadQuery<Message>(*backend.presenter, call->caller(), request);
  if (!query.ok()) return done(query.status());
  Entries<T> entries;
  DeliveryTotals totals;
  const Shown shown = ReadNow(backend, [&](const NotificationsState& state) {
    entries = EntriesAfter(*query, state.facts().*records);
    totals = state.totals();
  });
  SetToken(backend, shown.revision, shown.basis, call.get());
  backend.executor->Run([query = *query, entries = std::move(entries), totals,
                         done = std::move(done), finish] {
    finish(query, entries, totals);
    done(absl::OkStatus());
  });
}

}  // namespace

void NotificationsReads::GetContact(const rpc::CallPtr& call,
                                    const v1::GetContactRequest& request,
                                    v1::Contact* response,
                                    rpc::Done done) const {
  const auto contact = FindNow(backend_, kContactPattern, &Facts::contacts,
                               request.name(), call.get());
  if (!contact.ok()) return done(contact.status());
  *response = backend_.presenter->For(call->caller(), **contact);
  done(absl::OkStatus());
}

void NotificationsReads::GetAlert(const rpc::CallPtr& call,
                                  const v1::GetAlertRequest& request,
                                  v1::Alert* response, rpc::Done done) const {
  const auto alert = FindNow(backend_, kAlertPattern, &Facts::alerts,
                             request.name(), call.get());
  if (!alert.ok()) return done(alert.status());
  *response = backend_.presenter->For(call->caller(), **alert);
  done(absl::OkStatus());
}

void NotificationsReads::ListContacts(const rpc::CallPtr& call,
                                      const v1::ListContactsRequest& request,
                                      v1::ListContactsResponse* response,
                                      rpc::Done done) const {
  ListNow<v1::Contact>(
      backend_, call, request, &Facts::contacts, std::move(done),
      [this, call, response](const Query& query, const Entries<Contact>& found,
                             const DeliveryTotals&) {
        response->set_next_page_token(FillPage(*backend_.presenter,
                                               call->caller(), query, found,
                                               response->mutable_contacts()));
      });
}

void NotificationsReads::ListSubscriptions(
    const rpc::CallPtr& call, const v1::ListSubscriptionsRequest& request,
    v1::ListSubscriptionsResponse* response, rpc::Done done) const {
  ListNow<v1::Subscription>(
      backend_, call, request, &Facts::subscriptions, std::move(done),
      [this, call, response](const Query& query,
                             const Entries<Subscription>& found,
                             const DeliveryTotals&) {
        response->set_next_page_token(
            FillPage(*backend_.presenter, call->caller(), query, found,
                     response->mutable_subscriptions()));
      });
}

void NotificationsReads::ListDeliveries(
    const rpc::CallPtr& call, const v1::ListDeliveriesRequest& request,
    v1::ListDeliveriesResponse* response, rpc::Done done) const {
  ListNow<v1::Delivery>(
      backend_, call, request, &Facts::deliveries, std::move(done),
      [this, call, response](const Query& query, const Entries<Delivery>& found,
                             const DeliveryTotals& totals) {
        response->set_next_page_token(FillPage(*backend_.presenter,
                                               call->caller(), query, found,
                                               response->mutable_deliveries()));
        response->set_delivered(totals.delivered);
        response->set_pending(totals.pending);
        response->set_dead(totals.dead);
      });
}

void NotificationsReads::ListAlerts(const rpc::CallPtr& call,
                                    const v1::ListAlertsRequest& request,
                                    v1::ListAlertsResponse* response,
                                    rpc::Done done) const {
  const auto as_of = api::ParseAsOf(request.as_of());
  if (!as_of.ok()) return done(as_of.status());
  if (as_of->valid_date) {
    return done(base::InvalidField("as_of.valid_date",
                                   "an alert is of the time it was recorded"));
  }
  const auto fill = [this, call, response](const Query& query,
                                           const Entries<Alert>& found) {
    response->set_next_page_token(FillPage(*backend_.presenter, call->caller(),
                                           query, found,
                                           response->mutable_alerts()));
  };
  if (as_of->IsHead()) {
    return ListNow<v1::Alert>(
        backend_, call, request, &Facts::alerts, std::move(done),
        [fill](const Query& query, const Entries<Alert>& found,
               const DeliveryTotals&) { fill(query, found); });
  }
  const auto query =
      ReadQuery<v1::Alert>(*backend_.presenter, call->caller(), request);
  if (!query.ok()) return done(query.status());
  const Shown shown = ReadNow(backend_, [](const NotificationsState&) {});
  SetToken(backend_, shown.revision, shown.basis, call.get());
  backend_.view->ReadAsOf(
      {as_of->revision, as_of->recorded_time},
      [fill, query = *query, done = std::move(done)](
          absl::StatusOr<view::StateAsOf<NotificationsState>> then) {
        if (!then.ok()) return done(then.status());
        fill(query, EntriesAfter(query, then->state->facts().alerts));
        done(absl::OkStatus());
      });
}

}  // namespace lagesbild::notifications
