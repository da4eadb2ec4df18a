#ifndef LAGESBILD_LIB_API_PAGING_H_
#define LAGESBILD_LIB_API_PAGING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "lib/api/time.h"
#include "lib/base/civil_date.h"

// Pagination (AIP-158).
namespace lagesbild::api {

inline constexpr int kDefaultPageSize = 50;
inline constexpr int kMaxPageSize = 1000;
// A page of large records holds fewer of them: clients take messages of 4 MiB
// where nobody told them otherwise.
inline constexpr std::size_t kMaxPageBytes = 2 << 20;

// 0 → 50, above 1000 → 1000; INVALID_ARGUMENT when negative.
absl::StatusOr<int> PageSize(std::int64_t requested);

// What a page token is bound to: everything in the request that chooses the
// result, that is all but page_size and page_token, and whose records they are.
std::string QueryDigest(const google::protobuf::Message& request,
                        absl::string_view store_id = "");

// What a listing shows on all its pages, whatever changes meanwhile: pages of
// different versions would show a record twice, or never.
struct Pin {
  std::int64_t revision = 0;
  base::Date today;  // the date on which the listing began

  friend bool operator==(const Pin&, const Pin&) = default;
};

// Where a page begins.
struct PageStart {
  std::string after;  // where the page before ended: bytes of the service's own
  std::optional<Pin> pin;  // what the pages before showed

  friend bool operator==(const PageStart&, const PageStart&) = default;
};

// An opaque token of the page that begins there. Not secret and not signed:
// check what comes back.
std::string PageToken(absl::string_view query_digest, const PageStart& start);

// The inverse; the beginning for an empty token (the first page).
// INVALID_ARGUMENT naming page_token when it is no token, a part of one, or one
// of another query.
absl::StatusOr<PageStart> ParsePageToken(absl::string_view token,
                                         absl::string_view query_digest);

// The page that a request asks for.
struct Page : PageStart {
  std::size_t size = 0;
  std::string digest;  // what page tokens are bound to

  // Whether one more record is to be shown, after so many of so many bytes.
  bool HasRoom(std::size_t records, std::size_t bytes) const {
    return records < size && bytes < kMaxPageBytes;
  }

  // That of the page after one that ended at `position`.
  std::string Next(absl::string_view position) const {
    return PageToken(digest, {std::string(position), pin});
  }
};

// From a request's page_size and page_token; the errors are those of PageSize
// and ParsePageToken.
template <typename Request>
absl::StatusOr<Page> ReadPage(const Request& request,
                              absl::string_view store_id = "") {
  const auto size = PageSize(request.page_size());
  if (!size.ok()) return size.status();
  std::string digest = QueryDigest(request, store_id);
  auto start = ParsePageToken(request.page_token(), digest);
  if (!start.ok()) return start.status();
  return Page{*std::move(start), static_cast<std::size_t>(*size),
              std::move(digest)};
}

// A page of records that have versions: all pages of one listing show the same.
struct Listing : Page {
  AsOf as_of;  // of this page

  // That of the page after one that ended at `position` and showed `revision`.
  std::string Next(absl::string_view position, std::int64_t revision) const {
    return PageToken(digest,
                     {std::string(position), Pin{revision, *as_of.today}});
  }
};

// `store_id` is that of the ledger whose revisions are meant: a token of
// another one, or of before a backup was restored, is refused. Errors as of
// ReadPage and ParseAsOf.
template <typename Request>
absl::StatusOr<Listing> ReadListing(const Request& request, absl::Time now,
                                    absl::string_view store_id) {
  auto page = ReadPage(request, store_id);
  if (!page.ok()) return page.status();
  auto as_of = ParseAsOf(request.as_of());
  if (!as_of.ok()) return as_of.status();
  as_of->today = page->pin ? page->pin->today : as_of->Today(now);
  if (page->pin) as_of->revision = page->pin->revision;
  return Listing{*std::move(page), *std::move(as_of)};
}

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_PAGING_H_
