#ifndef LAGESBILD_CLI_IMPORTS_H_
#define LAGESBILD_CLI_IMPORTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/client.h"
#include "cli/feature_rows.h"
#include "cli/places/place_row.h"
#include "cli/places/unplaced.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lagesbild/registry/v1/area.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/base/civil_date.h"

namespace lagesbild::cli {

// What all imports share. An error names the rows as the file counts them.
struct ImportOptions {
  std::string source;  // part of the rows' identity; the same for every version
  bool dry_run = false;
  std::string request_id;
};

// Areas of one kind. Their ids are the codes.
absl::StatusOr<registry::v1::ImportAreasResponse> ImportAreas(
    Client* client, const std::vector<FeatureRow>& rows,
    registry::v1::AreaKind kind, const ImportOptions& options);

struct PlaceImportOptions : ImportOptions {
  std::optional<base::Date> extract_date;
  // The rows are only some of the source's: the others stay.
  bool keep_missing = false;
  // Places that the source no longer has are gone, however many.
  bool allow_closing = false;
  // The extract may be older than the source's last one.
  bool allow_older = false;
  // Positions that look swapped are taken as they stand.
  bool keep_swapped = false;
};

// A service's error with the names of its fields as those of the flags:
// "--allow-older" for "allow_older".
absl::Status InFlagNames(const absl::Status& status);

// Places.
absl::StatusOr<proximity::v1::ImportPlacesResponse> ImportPlaces(
    Client* client, const std::vector<PlaceRow>& rows,
    const PlaceImportOptions& options);

// Where the source has said that its places are: those of today, and those to
// come, but for one whose end is known before it has begun.
absl::StatusOr<KnownPositions> PositionsOf(Client* client,
                                           const std::string& source);

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

// The region's municipalities, as they are imported.
absl::StatusOr<std::vector<registry::v1::Area>> Municipalities(Client* client);

// The box around the region's municipalities, to tell swapped coordinates;
// nullopt while none is imported. Leaves the registry's consistency token with
// the client, so that what follows is judged by these municipalities.
absl::StatusOr<std::optional<geo::BoundingBox>> RegionBox(Client* client);

// Sweden with its waters: what municipalities themselves are checked against.
geo::BoundingBox SwedenBox();

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_IMPORTS_H_
