#include "services/registry/registry_reads.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "lib/api/filter.h"
#include "lib/api/paging.h"
#include "lib/base/status.h"
#include "services/registry/registry_access.h"
#include "services/registry/site_changes.h"

namespace lagesbild::registry {
namespace {

// What every List method asks for, checked.
struct Query {
  api::Filter filter;
  api::Listing page;
};

// What a page is chosen from.
template <typename Entry>
struct Found {
  std::vector<std::shared_ptr<const Entry>> entries;
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
                      api::Filter::Compile(request.filter(), type));
  LB_RETURN_IF_ERROR(CheckFilterFields(caller, *type, query.filter.fields()));
  LB_ASSIGN_OR_RETURN(query.page, api::ReadListing(request, now, store_id));
  return query;
}

// The entries after `query.page.after`, to be looked at without the view's
// lock.
template <typename Map, typename Entry>
absl::Status TakeAfter(const Query& query, const Map& entries,
                       ledger::Revision revision, Found<Entry>* found) {
  found->revision = revision;
  for (auto it = entries.upper_bound(query.page.after); it != entries.end();
       ++it) {
    found->entries.push_back(it->second);
  }
  return absl::OkStatus();
}

// Fills a page from what was found: `show` gives the message or nothing, `id`
// the place of an entry.
template <typename Entry, typename Show, typename Add>
std::string FillPage(const Query& query, const Found<Entry>& found, Show show,
                     Add add) {
  std::size_t filled = 0;
  std::size_t bytes = 0;
  std::string last;
  for (const auto& entry : found.entries) {
    auto message = show(*entry);
    if (!message || !query.filter.Matches(*message)) continue;
    if (!query.page.HasRoom(filled, bytes)) {
      return query.page.Next(last, found.revision);
    }
    bytes += message->ByteSizeLong();
    last = add(*entry, *std::move(message));
    ++filled;
  }
  return "";
}

}  // namespace

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
  const auto query = ReadQuery(*backend_.presenter, call->caller(), request,
                               v1::Site::descriptor(), backend_.clock->Now(),
                               backend_.store_id);
  if (!query.ok()) return done(query.status());
  const base::Date date = ValidDate(query->page.as_of);
  auto found = std::make_shared<Found<SiteEntry>>();
  const auto use = [found, query = *query](const RegistryState& state,
                                           ledger::Revision revision) {
    return TakeAfter(query, state.sites(), revision, found.get());
  };
  const auto show = [this, call, date](const SiteEntry& entry) {
    std::optional<v1::Site> shown;
    // What nobody had said anything of by that date is no site of it.
    if (StandingOf(entry.site, date).state != SiteState::kUnspecified) {
      shown = backend_.presenter->Redacted(call->caller(), entry.site, date);
    }
    return shown;
  };
  const auto finish = [this, call, found, query = *query, show, response] {
    response->set_next_page_token(FillPage(
        query, *found, show, [&](const SiteEntry& entry, v1::Site site) {
          backend_.presenter->SetEtag(call->caller(), &site);
          *response->add_sites() = std::move(site);
          return entry.site.id;
        }));
    return absl::OkStatus();
  };
  Read(call, query->page.as_of, Work::kLong, use, finish, std::move(done));
}

void RegistryReads::ListAreas(const rpc::CallPtr& call,
                              const v1::ListAreasRequest& request,
                              v1::ListAreasResponse* response,
                              rpc::Done done) const {
  const auto query = ReadQuery(*backend_.presenter, call->caller(), request,
                               v1::Area::descriptor(), backend_.clock->Now(),
                               backend_.store_id);
  if (!query.ok()) return done(query.status());
  const base::Date date = ValidDate(query->page.as_of);
  auto found = std::make_shared<Found<AreaEntry>>();
  const auto use = [found, query = *query](const RegistryState& state,
                                           ledger::Revision revision) {
    return TakeAfter(query, state.areas(), revision, found.get());
  };
  const auto show = [this, date](const AreaEntry& entry) {
    std::optional<v1::Area> shown;
    if (entry.area.HoldsOn(date)) {
      shown = backend_.presenter->Whole(entry.area);
    }
    return shown;
  };
  const auto finish = [found, query = *query, show, response] {
    response->set_next_page_token(FillPage(
        query, *found, show, [&](const AreaEntry& entry, v1::Area area) {
          *response->add_areas() = std::move(area);
          return entry.area.id;
        }));
    return absl::OkStatus();
  };
  Read(call, query->page.as_of, Work::kLong, use, finish, std::move(done));
}

}  // namespace lagesbild::registry
