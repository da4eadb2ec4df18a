#include "services/interventions/interventions_reads.h"

#include <memory>
#include <optional>
#include <utility>

#include "lib/api/listing.h"
#include "lib/base/status.h"
#include "services/interventions/intervention_changes.h"

namespace lagesbild::interventions {
namespace {

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
  const auto query = api::ReadListQuery(
      *backend_.presenter, call->caller(), request,
      v1::Intervention::descriptor(), backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  using Entry = std::shared_ptr<const InterventionEntry>;
  auto found = std::make_shared<api::Found<Entry>>();
  const auto use = [found, query = *query](const InterventionsState& state,
                                           ledger::Revision revision) {
    api::TakeAfter(query, state.interventions(), revision, found.get());
    return absl::OkStatus();
  };
  const auto show = [this, call,
                     day = DayOf(query->page.as_of)](const Entry& entry) {
    return backend_.presenter->For(call->caller(),
                                   At(entry->intervention, day.date, day.past));
  };
  const auto finish = [found, show, query = *query, response] {
    response->set_next_page_token(api::FillPage(
        query, *found, show, [](const Entry& e) { return e->intervention.id; },
        response->mutable_interventions()));
    return absl::OkStatus();
  };
  Read(call, query->page.as_of, use, finish, std::move(done));
}

void InterventionsReads::ListCoverageGaps(
    const rpc::CallPtr& call, const v1::ListCoverageGapsRequest& request,
    v1::ListCoverageGapsResponse* response, rpc::Done done) const {
  const auto query = api::ReadListQuery(
      *backend_.presenter, call->caller(), request,
      v1::CoverageGap::descriptor(), backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  using Entry = std::shared_ptr<const Gap>;
  auto found = std::make_shared<api::Found<Entry>>();
  const auto use = [found, query = *query, date = query->page.as_of.valid_date](
                       const InterventionsState& state,
                       ledger::Revision revision) {
    if (date && date != state.day()) {
      api::TakeAfter(query, GapsOn(state, *date), revision, found.get());
    } else {
      api::TakeAfter(query, state.gaps(), revision, found.get());
    }
    return absl::OkStatus();
  };
  const auto show = [this, call](const Entry& gap) {
    return backend_.presenter->For(call->caller(), *gap);
  };
  const auto finish = [found, show, query = *query, response] {
    response->set_next_page_token(api::FillPage(
        query, *found, show, [](const Entry& gap) { return gap->site; },
        response->mutable_gaps()));
    return absl::OkStatus();
  };
  Read(call, query->page.as_of, use, finish, std::move(done));
}

}  // namespace lagesbild::interventions
