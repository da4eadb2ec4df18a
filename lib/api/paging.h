#ifndef LAGESBILD_LIB_API_PAGING_H_
#define LAGESBILD_LIB_API_PAGING_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

// Pagination (AIP-158).
namespace lagesbild::api {

inline constexpr int kDefaultPageSize = 50;
inline constexpr int kMaxPageSize = 1000;

// 0 → 50, above 1000 → 1000; INVALID_ARGUMENT when negative.
absl::StatusOr<int> PageSize(std::int64_t requested);

// What a page token is bound to: everything in the request that chooses the
// result, that is all but page_size and page_token.
std::string QueryDigest(const google::protobuf::Message& request);

// An opaque token to go on after `position` (any bytes of the service's own:
// "revision/key"). Not secret and not signed: check what comes back.
std::string PageToken(absl::string_view query_digest,
                      absl::string_view position);

// The position in `token`; "" for an empty token (the first page).
// INVALID_ARGUMENT naming page_token when it is no token or one of another
// query.
absl::StatusOr<std::string> ParsePageToken(absl::string_view token,
                                           absl::string_view query_digest);

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_PAGING_H_
