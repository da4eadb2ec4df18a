#ifndef LAGESBILD_SERVICES_REGISTRY_SITE_IMPORT_H_
#define LAGESBILD_SERVICES_REGISTRY_SITE_IMPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/ledger/ledger.h"
#include "services/registry/registry_records.h"
#include "services/registry/site_changes.h"

// Files of sites: all of it in one revision, or none. A row is the same site
// for ever by its source and external id, so that a file can be imported again:
// what a row leaves empty stays as it is, and a verdict is recorded once.
namespace lagesbild::registry {

inline constexpr int kMaxImportRows = 200'000;

struct SiteImportRow {
  std::string external_id;
  std::string site_id;
  SiteDraft draft;
  std::vector<Assessment> assessments;
};

struct SiteImport {
  std::string source;
  bool allow_duplicates = false;
  std::vector<SiteImportRow> rows;
};

// The site's id for ever.
std::string ImportedSiteId(absl::string_view source,
                           absl::string_view external_id);

// Reads the messages of a stream. INVALID_ARGUMENT with every faulty row and
// field ("rows[3].site.geometry", counted from 1 over the whole stream), as far
// as input::kMaxFaults; PERMISSION_DENIED for verdicts from anybody but the
// coordination office's ADMIN.
absl::StatusOr<SiteImport> ReadSiteImport(
    const std::vector<v1::ImportSitesRequest>& messages, const Act& act);

// What to write and, in `counts`, what that does. Errors as of DecideCreate,
// each naming its rows.
absl::StatusOr<ledger::Transaction> DecideImport(const Scene& scene,
                                                 const SiteImport& import,
                                                 ImportCounts* counts);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_SITE_IMPORT_H_
