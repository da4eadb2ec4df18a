#include "services/notifications/notifications_reads.h"

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/listing.h"
#include "lib/api/time.h"
#include "lib/base/status.h"
#include "services/notifications/derivation.h"
#include "services/notifications/notifications_access.h"

namespace lagesbild::notifications {
namespace {

absl::Status CheckAsOf(const api::AsOf& as_of) {
  if (!as_of.valid_date) return absl::OkStatus();
  return base::InvalidField("as_of.valid_date",
                            "nothing here holds on a day; ask for what was "
                            "recorded by then with recorded_time");
}

template <typename Message, typename Request>
absl::StatusOr<api::ListQuery> ReadQuery(const Backend& backend,
                                         const access::v1::Caller& caller,
                                         const Request& request) {
  LB_ASSIGN_OR_RETURN(
      api::ListQuery query,
      api::ReadListQuery(*backend.presenter, caller, request,
                         Message::descriptor(), backend.clock->Now(),
                         backend.store_id));
  LB_RETURN_IF_ERROR(CheckAsOf(query.page.as_of));
  return query;
}

// What a list shows a page of.
template <typename T>
struct Listed {
  api::ListQuery query;
  api::Found<std::shared_ptr<const T>> found;
  DeliveryTotals totals;
};

// Takes the records after `query.page.after` that the caller may see: no more
// than a page needs, where no filter can drop any.
template <typename T>
void TakeVisible(const access::v1::Caller& caller, const Facts& facts,
                 const HeldById<T>& records, Listed<T>* list) {
  const api::ListQuery& query = list->query;
  auto& taken = list->found.records;
  const bool all = !query.filter.matches_everything();
  for (auto it = records.upper_bound(query.page.after); it != records.end();
       ++it) {
    if (!MaySee(caller, facts, *it->second.value)) continue;
    taken.push_back(it->second.value);
    if (!all && taken.size() > query.page.size) break;
  }
}

// Fills a page; the token of the next one.
template <typename T, typename Messages>
std::string FillPage(const Presenter& presenter,
                     const access::v1::Caller& caller, const Listed<T>& list,
                     Messages* messages) {
  using Entry = std::shared_ptr<const T>;
  return api::FillPage(
      list.query, list.found,
      [&](const Entry& entry) { return presenter.For(caller, *entry); },
      [](const Entry& entry) { return entry->id; }, messages);
}

// Of what the caller may see.
DeliveryTotals TotalsIn(const NotificationsState& state,
                        const access::v1::Caller& caller) {
  DeliveryTotals sum;
  for (const auto& [contact, totals] : state.totals()) {
    if (!MaySeeWhatIsOf(caller, state.facts(), contact)) continue;
    sum.delivered += totals.delivered;
    sum.pending += totals.pending;
    sum.dead += totals.dead;
  }
  return sum;
}

using Use = std::function<void(const NotificationsState&, ledger::Revision)>;

// Shows `use` the state that `as_of` asks for, and calls `then`: the live one
// at once, an earlier one from history, on the executor.
void Read(const Backend& backend, const rpc::CallPtr& call,
          const api::AsOf& as_of, Use use,
          std::function<void(absl::Status)> then) {
  ledger::Revision revision = 0;
  watch::Basis basis;
  bool used = false;
  backend.view->Read(
      [&](const NotificationsState& state, const ledger::Head& head) {
        revision = head.revision;
        basis = BasisOf(state.followed());
        used = as_of.IsHead() || as_of.revision == revision;
        if (used) use(state, revision);
      });
  SetToken(backend, revision, basis, call.get());
  if (used) return then(absl::OkStatus());
  backend.view->ReadAsOf(
      {as_of.revision, as_of.recorded_time},
      [use = std::move(use), then = std::move(then)](
          absl::StatusOr<view::StateAsOf<NotificationsState>> found) {
        if (found.ok()) use(*found->state, found->revision);
        then(found.status());
      });
}

// What the caller may not see is answered as what there is not.
template <typename T, typename Request, typename Message>
void Get(const Backend& backend, const rpc::CallPtr& call,
         const Request& request, absl::string_view pattern,
         const HeldById<T> Facts::*records, Message* response, rpc::Done done) {
  const auto id = backend.presenter->IdIn(pattern, request.name(), "name");
  if (!id.ok()) return done(id.status());
  const auto as_of = api::ParseAsOf(request.as_of());
  if (!as_of.ok()) return done(as_of.status());
  const absl::Status answerable = CheckAsOf(*as_of);
  if (!answerable.ok()) return done(answerable);
  auto found = std::make_shared<std::shared_ptr<const T>>();
  Read(
      backend, call, *as_of,
      [=, id = *id](const NotificationsState& state, ledger::Revision) {
        const auto& held = state.facts().*records;
        const auto it = held.find(id);
        if (it == held.end()) return;
        if (!MaySee(call->caller(), state.facts(), *it->second.value)) return;
        *found = it->second.value;
      },
      [=, presenter = backend.presenter, name = request.name(),
       done = std::move(done)](const absl::Status& status) {
        if (!status.ok()) return done(status);
        if (*found == nullptr) return done(NoSuch(name));
        *response = presenter->For(call->caller(), **found);
        done(absl::OkStatus());
      });
}

// A list: taken from the state, shown elsewhere, so that a long one holds up no
// other call.
template <typename Message, typename T, typename Request, typename Finish>
void List(const Backend& backend, const rpc::CallPtr& call,
          const Request& request, const HeldById<T> Facts::*records,
          rpc::Done done, Finish finish) {
  const auto query = ReadQuery<Message>(backend, call->caller(), request);
  if (!query.ok()) return done(query.status());
  auto list = std::make_shared<Listed<T>>();
  list->query = *query;
  Read(
      backend, call, query->page.as_of,
      [=](const NotificationsState& state, ledger::Revision revision) {
        list->found.revision = revision;
        const Facts& facts = state.facts();
        TakeVisible(call->caller(), facts, facts.*records, list.get());
        if constexpr (std::is_same_v<T, Delivery>) {
          list->totals = TotalsIn(state, call->caller());
        }
      },
      [=, executor = backend.executor,
       done = std::move(done)](const absl::Status& status) {
        if (!status.ok()) return done(status);
        executor->Run([=] {
          finish(*list);
          done(absl::OkStatus());
        });
      });
}

}  // namespace

void NotificationsReads::GetContact(const rpc::CallPtr& call,
                                    const v1::GetContactRequest& request,
                                    v1::Contact* response,
                                    rpc::Done done) const {
  Get(backend_, call, request, kContactPattern, &Facts::contacts, response,
      std::move(done));
}

void NotificationsReads::GetSubscription(
    const rpc::CallPtr& call, const v1::GetSubscriptionRequest& request,
    v1::Subscription* response, rpc::Done done) const {
  Get(backend_, call, request, kSubscriptionPattern, &Facts::subscriptions,
      response, std::move(done));
}

void NotificationsReads::GetAlert(const rpc::CallPtr& call,
                                  const v1::GetAlertRequest& request,
                                  v1::Alert* response, rpc::Done done) const {
  Get(backend_, call, request, kAlertPattern, &Facts::alerts, response,
      std::move(done));
}

void NotificationsReads::ListContacts(const rpc::CallPtr& call,
                                      const v1::ListContactsRequest& request,
                                      v1::ListContactsResponse* response,
                                      rpc::Done done) const {
  List<v1::Contact>(backend_, call, request, &Facts::contacts, std::move(done),
                    [this, call, response](const Listed<Contact>& list) {
                      response->set_next_page_token(
                          FillPage(*backend_.presenter, call->caller(), list,
                                   response->mutable_contacts()));
                    });
}

void NotificationsReads::ListSubscriptions(
    const rpc::CallPtr& call, const v1::ListSubscriptionsRequest& request,
    v1::ListSubscriptionsResponse* response, rpc::Done done) const {
  List<v1::Subscription>(
      backend_, call, request, &Facts::subscriptions, std::move(done),
      [this, call, response](const Listed<Subscription>& list) {
        response->set_next_page_token(
            FillPage(*backend_.presenter, call->caller(), list,
                     response->mutable_subscriptions()));
      });
}

void NotificationsReads::ListDeliveries(
    const rpc::CallPtr& call, const v1::ListDeliveriesRequest& request,
    v1::ListDeliveriesResponse* response, rpc::Done done) const {
  List<v1::Delivery>(backend_, call, request, &Facts::deliveries,
                     std::move(done),
                     [this, call, response](const Listed<Delivery>& list) {
                       response->set_next_page_token(
                           FillPage(*backend_.presenter, call->caller(), list,
                                    response->mutable_deliveries()));
                       response->set_delivered(list.totals.delivered);
                       response->set_pending(list.totals.pending);
                       response->set_dead(list.totals.dead);
                     });
}

void NotificationsReads::ListAlerts(const rpc::CallPtr& call,
                                    const v1::ListAlertsRequest& request,
                                    v1::ListAlertsResponse* response,
                                    rpc::Done done) const {
  List<v1::Alert>(backend_, call, request, &Facts::alerts, std::move(done),
                  [this, call, response](const Listed<Alert>& list) {
                    response->set_next_page_token(
                        FillPage(*backend_.presenter, call->caller(), list,
                                 response->mutable_alerts()));
                  });
}

}  // namespace lagesbild::notifications
