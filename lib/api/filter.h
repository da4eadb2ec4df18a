#ifndef LAGESBILD_LIB_API_FILTER_H_
#define LAGESBILD_LIB_API_FILTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace lagesbild::api {

struct FilterNode;

// A filter of the AIP-160 kind over one message type:
//
//   state = OPEN AND (municipality = "0180" OR NOT near_transit = true)
//   external_refs.id:"BR-17"   update_time >= "2024-01-01T00:00:00Z"
//
// Comparisons `= != < <= > >=` and `:` ("has"), AND, OR, NOT and parentheses.
// As in AIP-160, OR binds more tightly than AND. Values are quoted ("…" or '…'
// with backslash escapes) or bare words.
// - Enums are given by name; only = != and : apply. bool: true, false.
// - Strings compare bytewise, so dates order. `:` looks for the text within the
//   string, ignoring ASCII case.
// - A Timestamp is compared with an RFC 3339 time, a Duration with "90s".
// - A path through repeated fields holds when it holds for any element; != is
//   the negation of =.
// - `field:*` asks for presence: set, or not empty, or not zero.
// Maps, bytes fields, functions and free words are refused. Immutable, cheap to
// copy, thread-safe.
class Filter {
 public:
  // Everything matches.
  Filter() = default;

  // INVALID_ARGUMENT naming the field `filter` and the position (1-based
  // character) of the fault. Empty or blank text matches everything.
  static absl::StatusOr<Filter> Compile(
      absl::string_view text, const google::protobuf::Descriptor* type);

  // `message` is of the type that the filter was compiled for.
  bool Matches(const google::protobuf::Message& message) const;

  // The field paths that the filter names ("assessments.verdict"), sorted, each
  // once: a caller who may not see one must be refused.
  const std::vector<std::string>& fields() const { return fields_; }

  bool matches_everything() const { return root_ == nullptr; }

 private:
  std::shared_ptr<const FilterNode> root_;
  std::vector<std::string> fields_;
};

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_FILTER_H_
