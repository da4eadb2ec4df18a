#ifndef LAGESBILD_CLI_IMPORTS_H_
#define LAGESBILD_CLI_IMPORTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/client.h"
#include "cli/feature_rows.h"
#include "lagesbild/proximity/v1/proximity.pb.h"
#include "lagesbild/registry/v1/registry.pb.h"
#include "lib/base/civil_date.h"

namespace lagesbild::cli {

// What all imports share.
struct ImportOptions {
  std::string source;  // part of the rows' identity; the same for every version
  bool dry_run = false;
  std::string request_id;
};

// Areas of one kind. Their ids are the codes.
absl::StatusOr<registry::v1::ImportAreasResponse> ImportAreas(
    Client* client, const std::vector<FeatureRow>& rows,
    registry::v1::AreaKind kind, const ImportOptions& options);

// Places; a row without a known kind becomes OTHER.
absl::StatusOr<proximity::v1::ImportPlacesResponse> ImportPlaces(
    Client* client, const std::vector<FeatureRow>& rows,
    const ImportOptions& options);

struct SiteImportOptions : ImportOptions {
  bool allow_duplicates = false;
  // Record OPEN for both parties, on their behalf.
  bool assess_open = false;
  base::Date valid_from;
  base::Date evidence_date;
};

// Sites. A row's property `assessments` (a list of objects with party, verdict,
// valid_from and evidence_date) is recorded on the parties' behalf.
absl::StatusOr<registry::v1::ImportSitesResponse> ImportSites(
    Client* client, const std::vector<FeatureRow>& rows,
    const SiteImportOptions& options);

// The box around the region's municipalities, to tell swapped coordinates;
// nullopt while none is imported. Leaves the registry's consistency token with
// the client, so that what follows is judged by these municipalities.
absl::StatusOr<std::optional<geo::BoundingBox>> RegionBox(Client* client);

// Sweden with its waters: what municipalities themselves are checked against.
geo::BoundingBox SwedenBox();

// The kinds of a row, from register codes ("gr", "gy", "fsk") or names
// ("PRIMARY_SCHOOL"). Empty where none is known.
std::vector<proximity::v1::PlaceKind> PlaceKinds(const FeatureRow& row);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_IMPORTS_H_
