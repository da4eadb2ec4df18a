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
  api::AsOf as_of;
  api::Filter filter;
  api::Page page;
};

template <typename Request>
absl::StatusOr<Query> ReadQuery(const Presenter& presenter,
                                const access::v1::Caller& caller,
                                const Request& request,
                                const google::protobuf::Descriptor* type) {
  LB_RETURN_IF_ERROR(presenter.CheckParent(request.parent()));
  Query query;
  LB_ASSIGN_OR_RETURN(query.as_of, api::ParseAsOf(request.as_of()));
  LB_ASSIGN_OR_RETURN(query.filter,
                      presenter.ReadFilter(request.filter(), type, caller));
  LB_ASSIGN_OR_RETURN(query.page, api::ReadPage(request));
  return query;
}

// Fills a page from `records`: `show` gives the message, `id` what the page
// token remembers.
template <typename Record, typename Message, typename Show, typename Id>
std::string FillPage(const Query& query, const std::vector<Record>& records,
                     Show show, Id id,
                     google::protobuf::RepeatedPtrField<Message>* page) {
  std::string last;
  for (const Record& record : records) {
    Message message = show(record);
    if (!query.filter.Matches(message)) continue;
    if (static_cast<std::size_t>(page->size()) == query.page.size) {
      return query.page.Next(last);
    }
    last = id(record);
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
  const base::Date recorded =
      base::DateInSweden(as_of.recorded_time.value_or(backend_.clock->Now()));
  const base::Date date = as_of.valid_date.value_or(recorded);
  return {date, date < recorded};
}

void InterventionsReads::Read(const rpc::CallPtr& call, const api::AsOf& as_of,
                              OnState use, std::function<absl::Status()> finish,
                              rpc::Done done) const {
  access::v1::ConsistencyToken token;
  absl::Status used;
  backend_.view->Read(
      [&](const InterventionsState& state, const ledger::Head& head) {
        token = TokenAt(backend_, head.revision, state.basis());
        if (as_of.IsHead()) used = use(state);
      });
  const auto answer = [call, token = std::move(token),
                       finish = std::move(finish),
                       done = std::move(done)](absl::Status status) {
    if (status.ok()) status = finish();
    if (status.ok()) call->SetConsistencyToken(token);
    done(status);
  };
  if (as_of.IsHead()) {
    return backend_.executor->Run([answer, used] { answer(used); });
  }
  view::Point point;
  if (as_of.revision) point.revision = *as_of.revision;
  if (as_of.recorded_time) point.time = *as_of.recorded_time;
  backend_.view->ReadAsOf(
      point, [answer, use = std::move(use)](
                 absl::StatusOr<view::StateAsOf<InterventionsState>> found) {
        answer(found.ok() ? use(*found->state) : found.status());
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
  const auto use = [this, entry, id = *id](const InterventionsState& state) {
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
                               v1::Intervention::descriptor());
  if (!query.ok()) return done(query.status());
  using Seen = std::shared_ptr<const InterventionEntry>;
  auto seen = std::make_shared<std::vector<Seen>>();
  const auto use =
      [seen, after = query->page.after](const InterventionsState& state) {
        const auto& all = state.interventions();
        for (auto it = all.upper_bound(after); it != all.end(); ++it) {
          seen->push_back(it->second);
        }
        return absl::OkStatus();
      };
  const auto show = [this, call, day = DayOf(query->as_of)](const Seen& entry) {
    return backend_.presenter->For(call->caller(),
                                   At(entry->intervention, day.date, day.past));
  };
  const auto finish = [seen, show, query = *query, response] {
    response->set_next_page_token(FillPage(
        query, *seen, show, [](const Seen& e) { return e->intervention.id; },
        response->mutable_interventions()));
    return absl::OkStatus();
  };
  Read(call, query->as_of, use, finish, std::move(done));
}

void InterventionsReads::ListCoverageGaps(
    const rpc::CallPtr& call, const v1::ListCoverageGapsRequest& request,
    v1::ListCoverageGapsResponse* response, rpc::Done done) const {
  const auto query = ReadQuery(*backend_.presenter, call->caller(), request,
                               v1::CoverageGap::descriptor());
  if (!query.ok()) return done(query.status());
  using Seen = std::shared_ptr<const Gap>;
  auto seen = std::make_shared<std::vector<Seen>>();
  const auto use =
      [seen, after = query->page.after,
       date = query->as_of.valid_date](const InterventionsState& state) {
        const GapMap gaps =
            date && date != state.day() ? GapsOn(state, *date) : state.gaps();
        for (auto it = gaps.upper_bound(after); it != gaps.end(); ++it) {
          seen->push_back(it->second);
        }
        return absl::OkStatus();
      };
  const auto show = [this, call](const Seen& gap) {
    return backend_.presenter->For(call->caller(), *gap);
  };
  const auto finish = [seen, show, query = *query, response] {
    response->set_next_page_token(FillPage(
        query, *seen, show, [](const Seen& gap) { return gap->site; },
        response->mutable_gaps()));
    return absl::OkStatus();
  };
  Read(call, query->as_of, use, finish, std::move(done));
}

}  // namespace lagesbild::interventions
