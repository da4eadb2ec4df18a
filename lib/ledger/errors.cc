#include "lib/ledger/errors.h"

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::ledger {

using absl::StatusCode;
using absl::StrCat;

absl::Status RevisionMismatch(absl::string_view key, Revision expected,
                              Revision actual) {
  return base::Error(
      StatusCode::kAborted, base::kRevisionMismatch,
      StrCat(key, " is at revision ", actual, ", not ", expected),
      {{"key", std::string(key)},
       {"expected", StrCat(expected)},
       {"actual", StrCat(actual)}});
}

absl::Status LeaseLost(absl::string_view lease) {
  return base::Error(StatusCode::kAborted, base::kLeaseLost,
                     StrCat("lease ", lease, " is no longer held"),
                     {{"lease", std::string(lease)}});
}

absl::Status RequestIdReused(absl::string_view request_id) {
  return base::Error(
      StatusCode::kInvalidArgument, base::kRequestIdReused,
      StrCat("request id ", request_id, " was used for another request"),
      {{"request_id", std::string(request_id)}});
}

absl::Status CursorAhead(Revision asked, Revision head) {
  return base::Error(StatusCode::kOutOfRange, base::kCursorAhead,
                     StrCat("revision ", asked, " is beyond the head ", head),
                     {{"revision", StrCat(asked)}, {"head", StrCat(head)}});
}

absl::Status CursorCompacted(Revision asked, Revision compacted_through) {
  return base::Error(StatusCode::kOutOfRange, base::kCursorCompacted,
                     StrCat("revision ", asked, " is below the log, which is ",
                            "compacted through ", compacted_through),
                     {{"revision", StrCat(asked)},
                      {"compacted_through", StrCat(compacted_through)}});
}

absl::Status CursorForeign(absl::string_view why) {
  return base::Error(StatusCode::kInvalidArgument, base::kCursorForeign,
                     StrCat("cursor of another history: ", why));
}

absl::Status StorageUnavailable(absl::string_view why) {
  return base::Error(StatusCode::kUnavailable, base::kStorageUnavailable, why);
}

absl::Status StorageFull(absl::string_view why) {
  return base::Error(StatusCode::kResourceExhausted, base::kStorageFull, why);
}

absl::Status Overloaded() {
  return base::Error(StatusCode::kResourceExhausted, kOverloaded,
                     "too many commits are waiting");
}

absl::Status NoSuchVersion(absl::string_view key, Revision revision) {
  return absl::NotFoundError(
      StrCat(key, " has no version at revision ", revision));
}

absl::Status NotOnlyMigrated() {
  return absl::FailedPreconditionError(
      "history can only be imported into a ledger that holds nothing else");
}

absl::Status MigratedBackwards() {
  return base::InvalidField("migrated_time", "before the one before it");
}

absl::Status MigratedAhead() {
  return base::InvalidField("migrated_time", "lies in the future");
}

}  // namespace lagesbild::ledger
