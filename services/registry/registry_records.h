#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_RECORDS_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/registry/registry.h"

// Domain values as bytes in the ledger (protos/lagesbild/registry/store/v1).
// Keys:
//   area/<id>    an area; the id is "<kind>-<code>" in the form of a name
//   areas        written with every import of areas: its revision is theirs
//   site/<id>    a site
//   near/<cell>  written with every site that comes to lie in or near the cell
//                (placement.h), always with its expected revision
//   import       what the last import did: at its revision, what it answered
namespace lagesbild::registry {

inline constexpr char kAreaPrefix[] = "area/";
inline constexpr char kAreasKey[] = "areas";
inline constexpr char kSitePrefix[] = "site/";
inline constexpr char kNearPrefix[] = "near/";
inline constexpr char kImportKey[] = "import";

// What an import did.
struct ImportCounts {
  int created = 0;
  int updated = 0;
  int unchanged = 0;
  int assessments = 0;  // verdicts recorded; 0 for areas

  friend bool operator==(const ImportCounts&, const ImportCounts&) = default;
};

std::string AreaKey(absl::string_view id);
std::string SiteKey(absl::string_view id);
std::string NearKey(absl::string_view cell);

// `previous` are the bytes that the record had before, or "": what a newer
// version of this program wrote into it and this one does not know is kept.
std::string EncodeArea(const Area& area, absl::string_view previous);
std::string EncodeSite(const Site& site, absl::string_view previous);
std::string EncodeAreas(int count);
std::string EncodeNear(absl::string_view site);
std::string EncodeImport(const ImportCounts& counts);

// DATA_LOSS when the bytes are no such record. The id comes from the key.
absl::StatusOr<Area> DecodeArea(absl::string_view id, absl::string_view bytes);
absl::StatusOr<Site> DecodeSite(absl::string_view id, absl::string_view bytes);
absl::StatusOr<ImportCounts> DecodeImport(absl::string_view bytes);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_RECORDS_H_
