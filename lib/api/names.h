#ifndef LAGESBILD_LIB_API_NAMES_H_
#define LAGESBILD_LIB_API_NAMES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Resource names (AIP-122). A pattern is "regions/{region}/sites/{site}".
namespace lagesbild::api {

inline constexpr int kMaxIdLength = 63;

// The ids in `name`, in the order of the pattern's braces. INVALID_ARGUMENT
// naming `field` when the name has another shape or an id is not a valid one.
absl::StatusOr<std::vector<std::string>> ParseName(
    absl::string_view pattern, absl::string_view name,
    absl::string_view field = "name");

// As above where a caller may say "-" for an id ("any of them"): it comes back
// as "-".
absl::StatusOr<std::vector<std::string>> ParseNameOrAny(
    absl::string_view pattern, absl::string_view name,
    absl::string_view field = "parent");

// The reverse. There are as many ids as braces; none is checked.
std::string FormatName(absl::string_view pattern,
                       const std::vector<std::string>& ids);

inline constexpr char kRegionPattern[] = "regions/{region}";

// OK when `parent` is the name of `region`; INVALID_ARGUMENT for no region's
// name, NOT_FOUND for another's.
absl::Status CheckRegion(absl::string_view region, absl::string_view parent);

// The id in the name of something of `region`; the same errors. The pattern has
// two ids, the region's first.
absl::StatusOr<std::string> IdInRegion(absl::string_view region,
                                       absl::string_view pattern,
                                       absl::string_view name,
                                       absl::string_view field = "name");

// An id is 1 to 63 of a–z, 0–9, '-', '.', '_', and begins with a letter or
// digit. INVALID_ARGUMENT naming `field` otherwise.
absl::Status CheckId(absl::string_view id, absl::string_view field);

// A valid id for an id of another system: itself when it is valid, else its
// readable remains and a digest, so that two external ids never meet in one.
std::string IdForExternal(absl::string_view external);

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_NAMES_H_
