#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_RECORDS_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/proximity/proximity.h"

// Domain values as bytes in the ledger (protos/lagesbild/proximity/store/v1).
// Keys:
//   place/<id>                        a place, judged
//   layer/<id>                        a standing rule
//   exposure/<layer>~<site>~<place>   derived
//   extract/<id>                      which of a source was imported last
//   kept/site/<id>                    what is needed of the registry's site
//   kept/area/<id>                    the same of a municipality
//   cursor/registry.sites.2           where the followers stand; with "places"
//   cursor/registry.areas             the guards: see proximity_commit.h
//   places                            what the last import answered, nothing
//                                     after a correction; written with every
//                                     one that changes something
//   day                               the day for which all this was derived
namespace lagesbild::proximity {

inline constexpr char kPlacePrefix[] = "place/";
inline constexpr char kLayerPrefix[] = "layer/";
inline constexpr char kExposurePrefix[] = "exposure/";
inline constexpr char kExtractPrefix[] = "extract/";
inline constexpr char kKeptSitePrefix[] = "kept/site/";
inline constexpr char kKeptAreaPrefix[] = "kept/area/";
// With the form of what is kept of a site: an older form is taken anew from a
// snapshot, since the follower finds no cursor then. Up to form 2 sites that
// were withdrawn or superseded were not kept; up to form 1 no states.
inline constexpr char kSitesCursorKey[] = "cursor/registry.sites.3";
inline constexpr char kSitesCursorKey2[] = "cursor/registry.sites.2";
inline constexpr char kAreasCursorKey[] = "cursor/registry.areas";
inline constexpr char kPlacesKey[] = "places";
inline constexpr char kDayKey[] = "day";

// What an import answered.
struct ImportAnswer {
  struct Flag {
    int row = 0;  // from 1
    std::string external_id;
    std::string display_name;
    std::string flag;
  };
  int read = 0;
  int created = 0;
  int updated = 0;
  int unchanged = 0;
  int closed = 0;
  std::vector<Flag> flags;
};

// `previous` are the bytes that the record had before, or "": what a newer
// version of this program wrote into it and this one does not know is kept.
std::string EncodePlace(const Place& place, absl::string_view previous);
std::string EncodeLayer(const Layer& layer);
std::string EncodeExposure(const Exposure& exposure);
std::string EncodeSite(const Site& site);
std::string EncodeMunicipality(const Municipality& municipality);
std::string EncodeDay(base::Date day);
std::string EncodeExtract(const Extract& extract);
std::string EncodeAnswer(const ImportAnswer& answer);

// DATA_LOSS when the bytes are no such record. Ids come from the key.
absl::StatusOr<Place> DecodePlace(absl::string_view id,
                                  absl::string_view bytes);
absl::StatusOr<Layer> DecodeLayer(absl::string_view id,
                                  absl::string_view bytes);
absl::StatusOr<Exposure> DecodeExposure(absl::string_view bytes);
absl::StatusOr<Site> DecodeSite(absl::string_view id, absl::string_view bytes);
absl::StatusOr<Municipality> DecodeMunicipality(absl::string_view bytes);
absl::StatusOr<base::Date> DecodeDay(absl::string_view bytes);
absl::StatusOr<Extract> DecodeExtract(absl::string_view bytes);
absl::StatusOr<ImportAnswer> DecodeAnswer(absl::string_view bytes);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_RECORDS_H_
