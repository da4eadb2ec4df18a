#include "services/registry/registry_reads.h"

#include <memory>
#include <optional>
#include <utility>

#include "lib/api/listing.h"
#include "lib/base/status.h"
#include "services/registry/site_changes.h"

namespace lagesbild::registry {

base::Date RegistryReads::ValidDate(const api::AsOf& as_of) const {
  return as_of.ValidDate(backend_.clock->Now());
}

void RegistryReads::Read(const rpc::CallPtr& call, const api::AsOf& as_of,
                         Work work, OnState use,
                         std::function<absl::Status()> finish,
                         rpc::Done done) const {
  const auto answer = [this, call, finish = std::move(finish),
                       done = std::move(done)](const absl::Status& used,
                                               ledger::Revision reached) {
    if (!used.ok()) return done(used);
    const absl::Status finished = finish();
    if (finished.ok()) SetToken(backend_, reached, call.get());
    done(finished);
  };
  ledger::Revision reached = 0;
  std::optional<absl::Status> used;
  backend_.view->Read(
      [&](const RegistryState& state, const ledger::Head& head) {
        reached = head.revision;
        if (as_of.IsHead() || as_of.revision == reached) {
          used = use(state, reached);
        }
      });
  if (used && work == Work::kShort) return answer(*used, reached);
  if (used) {
    return backend_.executor->Run([=] { answer(*used, reached); });
  }
  backend_.view->ReadAsOf(
      {as_of.revision, as_of.recorded_time},
      [answer, use = std::move(use),
       reached](absl::StatusOr<view::StateAsOf<RegistryState>> found) {
        answer(
            found.ok() ? use(*found->state, found->revision) : found.status(),
            reached);
      });
}

void RegistryReads::GetSite(const rpc::CallPtr& call,
                            const v1::GetSiteRequest& request,
                            v1::Site* response, rpc::Done done) const {
  const auto id = backend_.presenter->SiteId(request.name(), "name");
  if (!id.ok()) return done(id.status());
  const auto as_of = api::ParseAsOf(request.as_of());
  if (!as_of.ok()) return done(as_of.status());
  const base::Date date = ValidDate(*as_of);
  auto entry = std::make_shared<std::shared_ptr<const SiteEntry>>();
  const auto use = [this, entry, id = *id](const RegistryState& state,
                                           ledger::Revision) {
    *entry = state.FindSite(id);
    return *entry == nullptr ? NoSuchSite(*backend_.presenter, id)
                             : absl::OkStatus();
  };
  const auto finish = [this, entry, call, date, response] {
    const Presenter& presenter = *backend_.presenter;
    *response = *(*entry)->shown.Get<v1::Site>(
        presenter.ShownKey(call->caller(), date),
        [&] { return presenter.For(call->caller(), (*entry)->site, date); });
    return absl::OkStatus();
  };
  Read(call, *as_of, Work::kShort, use, finish, std::move(done));
}

void RegistryReads::ListSites(const rpc::CallPtr& call,
                              const v1::ListSitesRequest& request,
                              v1::ListSitesResponse* response,
                              rpc::Done done) const {
  const auto query = api::ReadListQuery(
      *backend_.presenter, call->caller(), request, v1::Site::descriptor(),
      backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  const base::Date date = ValidDate(query->page.as_of);
  using Entry = std::shared_ptr<const SiteEntry>;
  auto found = std::make_shared<api::Found<Entry>>();
  const auto use = [found, query = *query](const RegistryState& state,
                                           ledger::Revision revision) {
    api::TakeAfter(query, state.sites(), revision, found.get());
    return absl::OkStatus();
  };
  const auto show = [this, call, date](const Entry& entry) {
    std::optional<v1::Site> shown;
    // What nobody had said anything of by that date is no site of it.
    if (StandingOf(entry->site, date).state != SiteState::kUnspecified) {
      shown = backend_.presenter->Redacted(call->caller(), entry->site, date);
    }
    return shown;
  };
  const auto finish = [this, call, found, query = *query, show, response] {
    auto* sites = response->mutable_sites();
    response->set_next_page_token(api::FillPage(
        query, *found, show, [](const Entry& entry) { return entry->site.id; },
        sites));
    for (v1::Site& site : *sites) {
      backend_.presenter->SetEtag(call->caller(), &site);
    }
    return absl::OkStatus();
  };
  Read(call, query->page.as_of, Work::kLong, use, finish, std::move(done));
}

void RegistryReads::ListAreas(const rpc::CallPtr& call,
                              const v1::ListAreasRequest& request,
                              v1::ListAreasResponse* response,
                              rpc::Done done) const {
  const auto query = api::ReadListQuery(
      *backend_.presenter, call->caller(), request, v1::Area::descriptor(),
      backend_.clock->Now(), backend_.store_id);
  if (!query.ok()) return done(query.status());
  const base::Date date = ValidDate(query->page.as_of);
  using Entry = std::shared_ptr<const AreaEntry>;
  auto found = std::make_shared<api::Found<Entry>>();
  const auto use = [found, query = *query](const RegistryState& state,
                                           ledger::Revision revision) {
    api::TakeAfter(query, state.areas(), revision, found.get());
    return absl::OkStatus();
  };
  const auto show = [this, date](const Entry& entry) {
    std::optional<v1::Area> shown;
    if (entry->area.HoldsOn(date)) {
      shown = backend_.presenter->Whole(entry->area);
    }
    return shown;
  };
  const auto finish = [found, query = *query, show, response] {
    response->set_next_page_token(api::FillPage(
        query, *found, show, [](const Entry& entry) { return entry->area.id; },
        response->mutable_areas()));
    return absl::OkStatus();
  };
  Read(call, query->page.as_of, Work::kLong, use, finish, std::move(done));
}

}  // namespace lagesbild::registry
