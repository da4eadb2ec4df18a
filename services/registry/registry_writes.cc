#include "services/registry/registry_writes.h"

#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/api/digest.h"
#include "lib/api/names.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "lib/rpc/write_meta.h"
#include "services/registry/registry_access.h"
#include "services/registry/registry_records.h"
#include "services/registry/site_input.h"

namespace lagesbild::registry {
namespace {

// 104 bits, as many as keep two from ever meeting.
constexpr std::size_t kDerivedIdDigits = 26;

absl::Status CheckNewSite(const SiteDraft& draft, input::Faults* faults) {
  for (const char* field : {"display_name", "geometry"}) {
    if (!draft.Has(field)) {
      faults->Add(absl::StrCat("site.", field), "is required");
    }
  }
  return faults->ToStatus();
}

absl::StatusOr<std::set<std::string>> SiteIds(
    const Presenter& presenter,
    const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::set<std::string> ids;
  for (int i = 0; i < names.size(); ++i) {
    LB_ASSIGN_OR_RETURN(
        std::string id,
        presenter.SiteId(names[i],
                         absl::StrCat("allow_duplicate_of[", i, "]")));
    ids.insert(std::move(id));
  }
  return ids;
}

const ledger::Write* FindWrite(const ledger::Transaction& transaction,
                               const std::string& key) {
  for (const ledger::Write& write : transaction.writes) {
    if (write.key == key) return &write;
  }
  return nullptr;
}

}  // namespace

RegistryWrites::RegistryWrites(const Backend& backend)
    : backend_(backend), writer_(backend.view, backend.ledger) {}

// A repeat of a request must come to the same site.
std::string RegistryWrites::NewSiteId(const rpc::Call& call,
                                      const Order& order) const {
  if (order.request_id.empty()) return backend_.ids->NewId();
  const std::string digest = base::Sha256(
      absl::StrCat(call.caller().agency(), "\n", order.request_id));
  return absl::BytesToHexString(digest).substr(0, kDerivedIdDigits);
}

void RegistryWrites::CreateSite(const rpc::CallPtr& call,
                                const v1::CreateSiteRequest& request,
                                v1::Site* response, rpc::Done done) {
  backend_.executor->Run(
      [=, this, &request] { CreateNow(call, request, response, done); });
}

absl::StatusOr<Creation> RegistryWrites::ReadCreation(
    const v1::CreateSiteRequest& request, const Act& act) const {
  LB_RETURN_IF_ERROR(CheckMayWriteSome(act.caller));
  LB_RETURN_IF_ERROR(backend_.presenter->CheckParent(request.parent()));
  if (!request.site_id().empty()) {
    LB_RETURN_IF_ERROR(api::CheckId(request.site_id(), "site_id"));
  }
  Creation creation;
  LB_ASSIGN_OR_RETURN(
      creation.allowed_duplicates,
      SiteIds(*backend_.presenter, request.allow_duplicate_of()));
  input::Faults faults;
  creation.draft = ReadSetFields(request.site(), "site", act.today, &faults);
  LB_RETURN_IF_ERROR(CheckNewSite(creation.draft, &faults));
  return creation;
}

void RegistryWrites::Place(const Act& act, SiteDraft* draft) const {
  if (!draft->shape) return;
  PlaceAhead(backend_.area_sets->Ahead(*backend_.view, act.today), draft);
}

void RegistryWrites::CreateNow(const rpc::CallPtr& call,
                               const v1::CreateSiteRequest& request,
                               v1::Site* response, const rpc::Done& done) {
  const Act act = ActOf(backend_, *call);
  absl::StatusOr<Creation> creation = ReadCreation(request, act);
  if (!creation.ok()) return done(creation.status());
  const Order order{request.request_id(), api::RequestDigest(request),
                    request.validate_only()};
  creation->id =
      request.site_id().empty() ? NewSiteId(*call, order) : request.site_id();
  Place(act, &creation->draft);
  const std::string id = creation->id;
  WriteSite(
      call, order, act, id,
      [creation = *std::move(creation)](const Scene& scene) {
        return DecideCreate(scene, creation);
      },
      response, done);
}

void RegistryWrites::UpdateSite(const rpc::CallPtr& call,
                                const v1::UpdateSiteRequest& request,
                                v1::Site* response, rpc::Done done) {
  backend_.executor->Run(
      [=, this, &request] { UpdateNow(call, request, response, done); });
}

absl::StatusOr<Update> RegistryWrites::ReadUpdate(
    const v1::UpdateSiteRequest& request, const Act& act) const {
  LB_RETURN_IF_ERROR(CheckMayWriteSome(act.caller));
  const Presenter& presenter = *backend_.presenter;
  Update update;
  LB_ASSIGN_OR_RETURN(update.id,
                      presenter.SiteId(request.site().name(), "site.name"));
  LB_ASSIGN_OR_RETURN(update.allowed_duplicates,
                      SiteIds(presenter, request.allow_duplicate_of()));
  const auto site = FindSite(update.id);
  if (site == nullptr) return NoSuchSite(presenter, update.id);
  input::Faults faults;
  update.draft =
      ReadMaskedFields(request.site(), request.update_mask(),
                       SettableFor(act.caller, site->site), act.today, &faults);
  update.faults = faults.ToStatus();
  update.etag = request.site().etag();
  return update;
}

void RegistryWrites::UpdateNow(const rpc::CallPtr& call,
                               const v1::UpdateSiteRequest& request,
                               v1::Site* response, const rpc::Done& done) {
  const Act act = ActOf(backend_, *call);
  absl::StatusOr<Update> update = ReadUpdate(request, act);
  if (!update.ok()) return done(update.status());
  Place(act, &update->draft);
  const Order order{request.request_id(), api::RequestDigest(request),
                    request.validate_only()};
  const std::string id = update->id;
  WriteSite(
      call, order, act, id,
      [update = *std::move(update)](const Scene& scene) {
        return DecideUpdate(scene, update);
      },
      response, done);
}

void RegistryWrites::AssessSite(const rpc::CallPtr& call,
                                const v1::AssessSiteRequest& request,
                                v1::Site* response, rpc::Done done) {
  const Act act = ActOf(backend_, *call);
  if (absl::Status may = CheckMayAssessSome(act.caller); !may.ok()) {
    return done(may);
  }
  const auto id = backend_.presenter->SiteId(request.name(), "name");
  if (!id.ok()) return done(id.status());
  const Order order{request.request_id(), api::RequestDigest(request),
                    request.validate_only()};
  input::Faults faults;
  const AssessmentOf asked{
      *id, request.etag(),
      ReadAssessment(request.assessment(), "assessment", act, &faults)};
  if (!faults.empty()) return done(faults.ToStatus());
  WriteSite(
      call, order, act, *id,
      [asked](const Scene& scene) { return DecideAssess(scene, asked); },
      response, done);
}

void RegistryWrites::WriteSite(const rpc::CallPtr& call, const Order& order,
                               const Act& act, const std::string& id,
                               DecideOnScene decide, v1::Site* response,
                               const rpc::Done& done) {
  absl::StatusOr<ledger::Meta> meta =
      rpc::MetaOf(*call, order.request_id, order.digest);
  if (!meta.ok()) return done(meta.status());
  auto on_state = OnScene(backend_, act, std::move(decide));
  if (order.validate_only) {
    return done(PreviewSite(act, id, on_state, response));
  }
  writer_.Mutate(*std::move(meta), std::move(on_state), call->Remaining(),
                 [=, this](absl::StatusOr<ledger::Committed> committed) {
                   if (!committed.ok()) return done(committed.status());
                   AnswerSite(call, id, *committed, response, done);
                 });
}

absl::Status RegistryWrites::PreviewSite(const Act& act, const std::string& id,
                                         const DecideOnState& decide,
                                         v1::Site* response) {
  absl::StatusOr<ledger::Transaction> transaction;
  std::shared_ptr<const SiteEntry> present;
  backend_.view->Read([&](const RegistryState& state, const ledger::Head&) {
    transaction = decide(state);
    present = state.FindSite(id);
  });
  if (!transaction.ok()) return transaction.status();
  const ledger::Write* write = FindWrite(*transaction, SiteKey(id));
  const absl::StatusOr<Site> site =
      write == nullptr ? present->site : DecodeSite(id, *write->value);
  if (!site.ok()) return site.status();
  *response = backend_.presenter->For(act.caller, *site, act.today);
  return absl::OkStatus();
}

void RegistryWrites::AnswerSite(const rpc::CallPtr& call, const std::string& id,
                                const ledger::Committed& committed,
                                v1::Site* response, const rpc::Done& done) {
  SetToken(backend_, committed.revision, call.get());
  if (committed.repeated) {
    return backend_.executor->Run([=, this] {
      done(ReadAnsweredSite(*call, id, committed.revision, response));
    });
  }
  const auto entry = FindSite(id);
  if (entry == nullptr) return done(NoSuchSite(*backend_.presenter, id));
  *response = backend_.presenter->For(
      call->caller(), entry->site, base::DateInSweden(backend_.clock->Now()));
  done(absl::OkStatus());
}

std::shared_ptr<const SiteEntry> RegistryWrites::FindSite(
    const std::string& id) const {
  return backend_.view->Read(
      [&](const RegistryState& state, const ledger::Head&) {
        return state.FindSite(id);
      });
}

absl::Status RegistryWrites::ReadAnsweredSite(const rpc::Call& call,
                                              const std::string& id,
                                              ledger::Revision revision,
                                              v1::Site* response) {
  LB_ASSIGN_OR_RETURN(const std::vector<ledger::Version> versions,
                      backend_.ledger->ReadHistory(SiteKey(id), revision));
  for (const ledger::Version& version : versions) {
    if (version.key != SiteKey(id) || !version.value) continue;
    LB_ASSIGN_OR_RETURN(const Site site, DecodeSite(id, *version.value));
    *response = backend_.presenter->For(
        call.caller(), site, base::DateInSweden(backend_.clock->Now()));
    return absl::OkStatus();
  }
  return NoSuchSite(*backend_.presenter, id);
}

}  // namespace lagesbild::registry
