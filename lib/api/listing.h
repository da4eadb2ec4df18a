#ifndef LAGESBILD_LIB_API_LISTING_H_
#define LAGESBILD_LIB_API_LISTING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/repeated_field.h"
#include "lib/api/filter.h"
#include "lib/api/paging.h"

// What all List methods do alike: take what is there from a state, quickly and
// under its lock, then filter, show and page it without.
namespace lagesbild::api {

// What a List method asks for, checked.
struct ListQuery {
  Filter filter;
  Listing page;
};

// A filter over messages of `type`, matched against what the caller sees. The
// errors are those of Filter::Compile and of access::Redactor's
// CheckFilterFields.
template <typename Redactor, typename Caller>
absl::StatusOr<Filter> ReadFilter(const Redactor& redactor,
                                  const Caller& caller, absl::string_view text,
                                  const google::protobuf::Descriptor* type) {
  auto filter = Filter::Compile(text, type);
  if (!filter.ok()) return filter;
  const absl::Status seen =
      redactor.CheckFilterFields(type, caller, filter->fields());
  if (!seen.ok()) return seen;
  return filter;
}

// A presenter has CheckParent and ReadFilter, whose errors these are, beside
// those of ReadListing.
template <typename Presenter, typename Caller, typename Request>
absl::StatusOr<ListQuery> ReadListQuery(
    const Presenter& presenter, const Caller& caller, const Request& request,
    const google::protobuf::Descriptor* type, absl::Time now,
    absl::string_view store_id) {
  const absl::Status parent = presenter.CheckParent(request.parent());
  if (!parent.ok()) return parent;
  auto filter = presenter.ReadFilter(request.filter(), type, caller);
  if (!filter.ok()) return filter.status();
  auto page = ReadListing(request, now, store_id);
  if (!page.ok()) return page.status();
  return ListQuery{*std::move(filter), *std::move(page)};
}

// What a page is chosen from, in the order of the listing.
template <typename Record>
struct Found {
  std::vector<Record> records;
  std::int64_t revision = 0;  // of the state that they were taken from
};

// Takes from a map, ordered by what page tokens remember, what comes after the
// page before; `take` makes a record of an entry.
template <typename Map, typename Record, typename Take>
void TakeAfter(const ListQuery& query, const Map& map, std::int64_t revision,
               Take take, Found<Record>* found) {
  found->revision = revision;
  for (auto it = map.upper_bound(query.page.after); it != map.end(); ++it) {
    found->records.push_back(take(*it));
  }
}

// The same of a map's values.
template <typename Map>
void TakeAfter(const ListQuery& query, const Map& map, std::int64_t revision,
               Found<typename Map::mapped_type>* found) {
  TakeAfter(
      query, map, revision, [](const auto& entry) { return entry.second; },
      found);
}

// Fills a page: `show` gives a record's message, or nothing for one that is not
// shown, `id` what page tokens remember of it. The next page's token; "" on the
// last one.
template <typename Record, typename Message, typename Show, typename Id>
std::string FillPage(const ListQuery& query, const Found<Record>& found,
                     Show show, Id id,
                     google::protobuf::RepeatedPtrField<Message>* page) {
  std::size_t bytes = 0;
  std::string last;
  for (const Record& record : found.records) {
    std::optional<Message> message = show(record);
    if (!message || !query.filter.Matches(*message)) continue;
    if (!query.page.HasRoom(static_cast<std::size_t>(page->size()), bytes)) {
      return query.page.Next(last, found.revision);
    }
    bytes += message->ByteSizeLong();
    last = id(record);
    *page->Add() = *std::move(message);
  }
  return "";
}

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_LISTING_H_
