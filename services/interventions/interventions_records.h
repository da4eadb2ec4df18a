#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_RECORDS_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_RECORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/interventions/gaps.h"
#include "services/interventions/interventions.h"
#include "services/interventions/undecided.h"

// Domain values as bytes in the ledger
// (protos/lagesbild/interventions/store/v1). Keys:
//   intervention/<id>                      what agencies record
//   gap/<site>                             derived
//   kept/site/<id>                         what is needed of a site
//   kept/exposure/<layer>~<site>~<place>   what is needed of an exposure
//   undecided/<site>                       see undecided.h; "*": kEverySite
//   day                                    for which the gaps were derived
//   cursor/registry                        where the followers stand; with
//   cursor/proximity                       "interventions" the guards: see
//   interventions                          interventions_commit.h
namespace lagesbild::interventions {

inline constexpr char kInterventionPrefix[] = "intervention/";
inline constexpr char kGapPrefix[] = "gap/";
inline constexpr char kKeptSitePrefix[] = "kept/site/";
inline constexpr char kKeptExposurePrefix[] = "kept/exposure/";
inline constexpr char kUndecidedPrefix[] = "undecided/";
inline constexpr char kRegistryCursorKey[] = "cursor/registry";
inline constexpr char kProximityCursorKey[] = "cursor/proximity";
inline constexpr char kInterventionsKey[] = "interventions";
inline constexpr char kDayKey[] = "day";

// `previous` are the bytes that the record had before, or "": what a newer
// version of this program wrote into it and this one does not know is kept.
std::string EncodeIntervention(const Intervention& intervention,
                               absl::string_view previous);
std::string EncodeGap(const Gap& gap);
std::string EncodeSite(const Site& site);
std::string EncodeExposure(const Exposure& exposure);
std::string EncodeUndecided(const Undecided& undecided);
std::string EncodeGuard(absl::string_view intervention);
std::string EncodeDay(base::Date day);

// DATA_LOSS when the bytes are no such record. Ids come from the key.
absl::StatusOr<Intervention> DecodeIntervention(absl::string_view id,
                                                absl::string_view bytes);
absl::StatusOr<Gap> DecodeGap(absl::string_view site, absl::string_view bytes);
absl::StatusOr<Site> DecodeSite(absl::string_view bytes);
absl::StatusOr<Exposure> DecodeExposure(absl::string_view bytes);
absl::StatusOr<Undecided> DecodeUndecided(absl::string_view bytes);
absl::StatusOr<base::Date> DecodeDay(absl::string_view bytes);

// The site in an exposure's id, "<layer>~<site>~<place>"; "" when it is none.
std::string SiteInExposure(absl::string_view id);

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_RECORDS_H_
