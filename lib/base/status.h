#ifndef LAGESBILD_LIB_BASE_STATUS_H_
#define LAGESBILD_LIB_BASE_STATUS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Returns from the enclosing function when `expr` is not OK.
#define LB_RETURN_IF_ERROR(expr)                                            \
  do {                                                                      \
    if (absl::Status lb_status = (expr); !lb_status.ok()) return lb_status; \
  } while (false)

// LB_ASSIGN_OR_RETURN(auto x, F()): x = *F(), or returns F's error.
#define LB_ASSIGN_OR_RETURN(lhs, expr) \
  LB_ASSIGN_OR_RETURN_IMPL(LB_CONCAT(lb_statusor_, __LINE__), lhs, expr)
#define LB_ASSIGN_OR_RETURN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                             \
  if (!tmp.ok()) return tmp.status();            \
  lhs = *std::move(tmp)
#define LB_CONCAT(a, b) LB_CONCAT_INNER(a, b)
#define LB_CONCAT_INNER(a, b) a##b

namespace lagesbild::base {

// A fault in one field of what was sent.
struct FieldViolation {
  std::string field;  // path as in the message: "site.geometry.rings[0]"
  std::string description;
};

// What an error says beyond its code, for programs. Travels as a payload of
// absl::Status inside a process; lib/rpc turns it into google.rpc.ErrorInfo and
// google.rpc.BadRequest on the wire, and back.
struct ErrorDetail {
  std::string reason;  // UPPER_SNAKE, one of the constants below
  std::map<std::string, std::string> metadata;
  std::vector<FieldViolation> violations;
};

// The machine-readable reasons. Clients switch on them: never reuse one.
inline constexpr char kInvalidField[] = "INVALID_FIELD";
inline constexpr char kRequestIdReused[] = "REQUEST_ID_REUSED";
inline constexpr char kRevisionMismatch[] = "REVISION_MISMATCH";
inline constexpr char kEtagMismatch[] = "ETAG_MISMATCH";
inline constexpr char kLeaseLost[] = "LEASE_LOST";
inline constexpr char kCursorForeign[] = "CURSOR_FOREIGN";
inline constexpr char kCursorCompacted[] = "CURSOR_COMPACTED";
inline constexpr char kCursorAhead[] = "CURSOR_AHEAD";
inline constexpr char kLikelyDuplicate[] = "LIKELY_DUPLICATE";
inline constexpr char kPersonalIdentityNumber[] = "PERSONAL_IDENTITY_NUMBER";
inline constexpr char kNotCaughtUp[] = "NOT_CAUGHT_UP";
inline constexpr char kDraining[] = "DRAINING";
inline constexpr char kStorageUnavailable[] = "STORAGE_UNAVAILABLE";
inline constexpr char kStorageFull[] = "STORAGE_FULL";
inline constexpr char kNoCredential[] = "NO_CREDENTIAL";
inline constexpr char kBadCredential[] = "BAD_CREDENTIAL";
inline constexpr char kNotAllowed[] = "NOT_ALLOWED";

absl::Status Error(absl::StatusCode code, absl::string_view reason,
                   absl::string_view message,
                   std::map<std::string, std::string> metadata = {});

// INVALID_ARGUMENT with reason INVALID_FIELD, naming the field.
absl::Status InvalidField(absl::string_view field,
                          absl::string_view description);

// As above for several faults at once; OK when there are none.
absl::Status InvalidFields(std::vector<FieldViolation> violations);

// `status` with `detail` attached, replacing what was there.
absl::Status WithDetail(absl::Status status, const ErrorDetail& detail);

// What Error() and its kin attached; empty for any other status.
ErrorDetail DetailOf(const absl::Status& status);

// DetailOf(status).reason.
std::string ReasonOf(const absl::Status& status);

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_STATUS_H_
