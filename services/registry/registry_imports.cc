#include "services/registry/registry_imports.h"

#include <algorithm>
#include <string>
#include <utility>

#include "lib/access/caller.h"
#include "lib/api/digest.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "lib/rpc/write_meta.h"
#include "services/registry/area_import.h"
#include "services/registry/registry_access.h"
#include "services/registry/site_import.h"

namespace lagesbild::registry {
namespace {

// The first message carries the options.
template <typename Request>
Order OrderOf(const std::vector<Request>& messages) {
  std::string digests;
  for (const Request& message : messages) {
    digests += api::RequestDigest(message);
  }
  return {messages.front().request_id(), base::Sha256(digests),
          messages.front().validate_only()};
}

absl::Status CheckMayImportAreas(const access::v1::Caller& caller) {
  if (access::HasRole(caller, access::v1::ROLE_ADMIN) &&
      access::CoversArea(caller, access::kWholeRegion)) {
    return absl::OkStatus();
  }
  return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                     "areas are imported by an ADMIN of the whole region");
}

template <typename Response>
void Answer(const ImportCounts& counts, Response* response) {
  response->set_created(counts.created);
  response->set_updated(counts.updated);
  response->set_unchanged(counts.unchanged);
}

}  // namespace

RegistryImports::RegistryImports(const Backend& backend, SiteUpkeep* upkeep)
    : backend_(backend),
      upkeep_(upkeep),
      writer_(backend.view, backend.ledger) {}

void RegistryImports::ImportSites(const rpc::CallPtr& call,
                                  std::vector<v1::ImportSitesRequest> messages,
                                  v1::ImportSitesResponse* response,
                                  rpc::Done done) {
  backend_.imports->Run([=, this, messages = std::move(messages)] {
    ImportSitesNow(call, messages, response, done);
  });
}

void RegistryImports::ImportSitesNow(
    const rpc::CallPtr& call,
    const std::vector<v1::ImportSitesRequest>& messages,
    v1::ImportSitesResponse* response, const rpc::Done& done) {
  const Act act = ActOf(backend_, *call);
  auto import = std::make_shared<SiteImport>();
  const absl::Status checked = [&]() -> absl::Status {
    LB_RETURN_IF_ERROR(CheckMayWriteSome(act.caller));
    LB_ASSIGN_OR_RETURN(*import, ReadSiteImport(messages, act));
    return backend_.presenter->CheckParent(messages.front().parent());
  }();
  if (!checked.ok()) return done(checked);
  const auto areas = backend_.area_sets->Ahead(*backend_.view, act.today);
  for (SiteImportRow& row : import->rows) PlaceAhead(areas, &row.draft);
  auto counts = std::make_shared<ImportCounts>();
  auto decide = OnScene(backend_, act, [import, counts](const Scene& scene) {
    return DecideImport(scene, *import, counts.get());
  });
  Write(call, OrderOf(messages), std::move(decide), counts,
        [=, this](const absl::StatusOr<ImportCounts>& counted,
                  ledger::Revision revision) {
          if (!counted.ok()) return done(counted.status());
          Answer(*counted, response);
          response->set_assessments(counted->assessments);
          SetToken(backend_, revision, call.get());
          done(absl::OkStatus());
        });
}

void RegistryImports::ImportAreas(const rpc::CallPtr& call,
                                  std::vector<v1::ImportAreasRequest> messages,
                                  v1::ImportAreasResponse* response,
                                  rpc::Done done) {
  backend_.imports->Run([=, this, messages = std::move(messages)] {
    ImportAreasNow(call, messages, response, done);
  });
}

void RegistryImports::ImportAreasNow(
    const rpc::CallPtr& call,
    const std::vector<v1::ImportAreasRequest>& messages,
    v1::ImportAreasResponse* response, const rpc::Done& done) {
  std::vector<Area> areas;
  const absl::Status checked = [&]() -> absl::Status {
    LB_RETURN_IF_ERROR(CheckMayImportAreas(call->caller()));
    LB_ASSIGN_OR_RETURN(areas, ReadAreaImport(messages));
    return backend_.presenter->CheckParent(messages.front().parent());
  }();
  if (!checked.ok()) return done(checked);
  auto counts = std::make_shared<ImportCounts>();
  const bool validate_only = messages.front().validate_only();
  const auto decide = [areas, counts](const RegistryState& state) {
    return DecideAreas(state, areas, counts.get());
  };
  Write(
      call, OrderOf(messages), decide, counts,
      [=, this](const absl::StatusOr<ImportCounts>& counted, ledger::Revision) {
        if (!counted.ok()) return done(counted.status());
        Answer(*counted, response);
        if (validate_only) return done(absl::OkStatus());
        upkeep_->Run(
            std::min(call->Remaining(), kMaxImportBudget),
            [=, this](const absl::StatusOr<ledger::Committed>& settled) {
              if (settled.ok()) {
                SetToken(backend_, settled->revision, call.get());
              }
              done(settled.status());
            });
      });
}

void RegistryImports::Write(const rpc::CallPtr& call, const Order& order,
                            DecideOnState decide,
                            const std::shared_ptr<ImportCounts>& counts,
                            Counted done) {
  absl::StatusOr<ledger::Meta> meta =
      rpc::MetaOf(*call, order.request_id, order.digest);
  if (!meta.ok()) return done(meta.status(), 0);
  if (order.validate_only) {
    ledger::Revision revision = 0;
    const auto decided = backend_.view->Read(
        [&](const RegistryState& state, const ledger::Head& head) {
          revision = head.revision;
          return decide(state);
        });
    if (!decided.ok()) return done(decided.status(), 0);
    return done(*counts, revision);
  }
  const absl::Duration budget = std::min(call->Remaining(), kMaxImportBudget);
  writer_.Mutate(*std::move(meta), std::move(decide), budget,
                 [=, this](const absl::StatusOr<ledger::Committed>& committed) {
                   if (!committed.ok()) return done(committed.status(), 0);
                   const ledger::Revision revision = committed->revision;
                   if (!committed->repeated) return done(*counts, revision);
                   backend_.executor->Run(
                       [=, this] { done(ReadAnswered(revision), revision); });
                 });
}

absl::StatusOr<ImportCounts> RegistryImports::ReadAnswered(
    ledger::Revision revision) {
  LB_ASSIGN_OR_RETURN(const std::vector<ledger::Version> versions,
                      backend_.ledger->ReadHistory(kImportKey, revision));
  for (const ledger::Version& version : versions) {
    if (version.key == kImportKey && version.value) {
      return DecodeImport(*version.value);
    }
  }
  return absl::DataLossError("the import's answer is not on record");
}

}  // namespace lagesbild::registry
