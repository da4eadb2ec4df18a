#ifndef LAGESBILD_LIB_API_PAGING_H_
#define LAGESBILD_LIB_API_PAGING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

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

// The page that a request asks for.
struct Page {
  std::size_t size = 0;
  std::string after;   // where the page before ended; "" for the first one
  std::string digest;  // what page tokens are bound to

  // That of the page after one that ended at `position`.
  std::string Next(absl::string_view position) const {
    return PageToken(digest, position);
  }
};

// From a request's page_size and page_token; the errors are those of PageSize
// and ParsePageToken.
template <typename Request>
absl::StatusOr<Page> ReadPage(const Request& request) {
  const auto size = PageSize(request.page_size());
  if (!size.ok()) return size.status();
  Page page{static_cast<std::size_t>(*size), "", QueryDigest(request)};
  auto after = ParsePageToken(request.page_token(), page.digest);
  if (!after.ok()) return after.status();
  page.after = *std::move(after);
  return page;
}

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_PAGING_H_
