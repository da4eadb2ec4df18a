#include "services/interventions/interventions_reads.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "lib/api/filter.h"
#include "lib/api/paging.h"
#include "lib/base/status.h"
#include "services/interventions/intervention_changes.h"

namespace lagesbild::interventions {
namespace {

// What a List method asks for, checked.
struct Query {
  api::Filter filter;
  api::Listing page;
};

// What a page is chosen from.
template <typename Record>
struct Found {
  std::vector<std::shared_ptr<const Record>> records;
  ledger::Revision revision = 0;
};

template <typename Request>
absl::StatusOr<Query> ReadQuery(const Presenter& presenter,
                                const access::v1::Caller& caller,
                                const Request& request,
                                const google::protobuf::Descriptor* type,
                                absl::Time now, absl::string_view store_id) {
  LB_RETURN_IF_ERROR(presenter.CheckParent(request.parent()));
  Query query;
  LB_ASSIGN_OR_RETURN(query.filter,
                      presenter.ReadFilter(request.filter(), type, caller));
  LB_ASSIGN_OR_RETURN(query.page, api::ReadListing(request, now, store_id));
  return query;
}

// Takes the records after `query.page.after`, to be looked at without the
// view's lock.
template <typename Map, typename Record>
absl::Status TakeAfter(const Query& query, const Map& records,
                       ledger::Revision revision, Found<Record>* found) {
  found->revision = revision;
  for (auto it = records.upper_bound(query.page.after); it != records.end();
       ++it) {
    found->records.push_back(it->second);
  }
  return absl::OkStatus();
}

// Fills a page from what was found: `show` gives the message, `id` what the
// page token remembers.
template <typename Record, typename Message, typename Show, typename Id>
std::string FillPage(const Query& query, const Found<Record>& found, Show show,
                     Id id, google::protobuf::RepeatedPtrField<Message>* page) {
  std::size_t bytes = 0;
  std::string last;
  for (const auto& record : found.records) {
    Message message = show(*record);
    if (!query.filter.Matches(message)) continue;
    if (!query.page.HasRoom(static_cast<std::size_t>(page->size()), bytes)) {
      return query.page.Next(last, found.revision);
    }
    bytes += message.ByteSizeLong();
    last = id(*record);
    *page->Add() = std::move(message);
  }
  return "";
}

// As it stood on the day.
Intervention At(const Intervention& intervention, base::Date date, bool past) {
  Intervention shown = intervention;
  if (past) shown.state = StateOn(intervention, date);
  return shown;
}

// The gaps of another day than the one for which they were derived.
GapMap GapsOn(const InterventionsState& state, base::Date date) {
  GapMap gaps;
  for (const auto& [site, exposures] : state.exposures()) {
    auto gap = GapOn(state.FactsOf(site), date);
    if (!gap) continue;
    const auto now = state.gaps().find(site);
    if (now != state.gaps().end() &&
        base::DateInSweden(now->second->since) <= date) {
      gap->since = now->second->since;
    }
    gaps[site] = std::make_shared<const Gap>(*std::move(gap));
  }
  return gaps;
}

}  // namespace

InterventionsReads::Day InterventionsReads::DayOf(
    const api::AsOf& as_of) const {
  const base::Date recorded = as_of.Today(backend_.clock->Now());
  const base::Date date = as_of.valid_date.value_or(recorded);
  return {date, date < recorded};
}

void InterventionsReads::Read(const rpc::CallPtr& call, const api::AsOf& as_of,
                              OnState use, std::function<absl::Status()> finish,
                              rpc::Done done) const {
  access::v1::ConsistencyToken token;
  std::optional<absl::Status> used;
  backend_.view->Read(
      [&](const InterventionsState& state, const ledger::Head& head) {
        token = TokenAt(backend_, head.revision, state.basis());
        if (as_of.IsHead() || as_of.revision == head.revision) {
          used = use(state, head.revision);
        }
      });
  const auto answer = [call, token = std::move(token),
                       finish = std::move(finish),
                       done = std::move(done)](absl::Status status) {
    if (status.ok()) status = finish();
    if (status.ok()) call->SetConsistencyToken(token);
    done(status);
  };
  if (used) {
    return backend_.executor->Run([answer, used] { answer(*used); });
  }
  backend_.view->ReadAsOf(
      {as_of.revision, as_of.recorded_time},
      [answer, use = std::move(use)](
          absl::StatusOr<view::StateAsOf<InterventionsState>> found) {
        answer(found.ok() ? use(*found->state, found->revision)
                          : found.status());
      });
}

void InterventionsReads::GetIntervention(
    const rpc::CallPtr& call, const v1::GetInterventionRequest& request,
    v1::Intervention* response, rpc::Done done) const {
  const auto id = backend_.presenter->InterventionId(request.name());
  if (!id.ok()) return done(id.status());
  const auto as_of = api::ParseAsOf(request.as_of());
  if (!as_of.ok()) return done(as_of.status());
  using Entry = std::shared_ptr<const InterventionEntry>;
  auto entry = std::make_shared<Entry>();
  const auto use = [this, entry, id = *id](const InterventionsState& state,
                                           ledger::Revision) {
    *entry = state.FindIntervention(id);
    return *entry == nullptr ? NoSuchIntervention(*backend_.presenter, id)
                             : absl::OkStatus();
  };
  const auto finish = [this, entry, call, day = DayOf(*as_of), response] {
    *response = backend_.presenter->For(
        call->caller(), At((*entry)->intervention, day.date, day.past));
    return absl::OkStatus();
  };
  Read(call, *as_of, use, finish, std::move(done));
}

void InterventionsReads::ListInterventions(
    const rpc::CallPtr& call, const v1::ListInterventionsRequest& request,
    v1::ListInterventionsResponse* response, rpc::Done done) const {
  const auto query = ReadQuery(*backend_.presenter, call->caller(), request,
                               v1::Intervention::descriptor(),
                               backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  auto found = std::make_shared<Found<InterventionEntry>>();
  const auto use = [found, query = *query](const InterventionsState& state,
                                           ledger::Revision revision) {
    return TakeAfter(query, state.interventions(), revision, found.get());
  };
  const auto show = [this, call, day = DayOf(query->page.as_of)](
                        const InterventionEntry& entry) {
    return backend_.presenter->For(call->caller(),
                                   At(entry.intervention, day.date, day.past));
  };
  const auto finish = [found, show, query = *query, response] {
    response->set_next_page_token(FillPage(
        query, *found, show,
        [](const InterventionEntry& e) { return e.intervention.id; },
        response->mutable_interventions()));
    return absl::OkStatus();
  };
  Read(call, query->page.as_of, use, finish, std::move(done));
}

void InterventionsReads::ListCoverageGaps(
    const rpc::CallPtr& call, const v1::ListCoverageGapsRequest& request,
    v1::ListCoverageGapsResponse* response, rpc::Done done) const {
  const auto query = ReadQuery(*backend_.presenter, call->caller(), request,
                               v1::CoverageGap::descriptor(),
                               backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  auto found = std::make_shared<Found<Gap>>();
  const auto use = [found, query = *query, date = query->page.as_of.valid_date](
                       const InterventionsState& state,
                       ledger::Revision revision) {
    return date && date != state.day()
               ? TakeAfter(query, GapsOn(state, *date), revision, found.get())
               : TakeAfter(query, state.gaps(), revision, found.get());
  };
  const auto show = [this, call](const Gap& gap) {
    return backend_.presenter->For(call->caller(), gap);
  };
  const auto finish = [found, show, query = *query, response] {
    response->set_next_page_token(FillPage(
        query, *found, show, [](const Gap& gap) { return gap.site; },
        response->mutable_gaps()));
    return absl::OkStatus();
  };
  Read(call, query->page.as_of, use, finish, std::move(done));
}

}  // namespace lagesbild::interventions
