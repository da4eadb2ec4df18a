#ifndef LAGESBILD_LIB_ACCESS_CALLER_H_
#define LAGESBILD_LIB_ACCESS_CALLER_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/access/v1/access.pb.h"

// Who is calling, and the metadata that says so between the suite's members.
namespace lagesbild::access {

// Metadata names. The first holds the bytes of a v1::Caller, the second a
// consistency token as EncodeConsistencyToken() writes it, the third the paths
// of Redactor::RedactedFields() joined with ",".
inline constexpr char kCallerMetadata[] = "lagesbild-caller-bin";
inline constexpr char kConsistencyTokenMetadata[] =
    "lagesbild-consistency-token";
inline constexpr char kRedactedFieldsMetadata[] = "lagesbild-redacted-fields";

// Stands for every area of the region in Caller.areas.
inline constexpr char kWholeRegion[] = "*";

// More than this is not read: a caller in metadata, a token from a client.
inline constexpr size_t kMaxCallerBytes = 4096;
inline constexpr size_t kMaxTokenChars = 4096;

// A service of the suite that acts on its own behalf; sees everything.
v1::Caller SuiteMember(absl::string_view service);

bool IsSuiteMember(const v1::Caller& caller);

// False for an anonymous caller: one without agency, or of no stated kind.
bool IsAgency(const v1::Caller& caller);

// An agency of kind POLICE, CUSTOMS or PRISON_PROBATION.
bool IsLawEnforcement(const v1::Caller& caller);

// Whether the caller was given exactly this role: a role does not include
// another, and a suite member has none.
bool HasRole(const v1::Caller& caller, v1::Role role);

// Whether the caller's agency answers for the area with this code. False for an
// empty code unless the agency answers for the whole region.
bool CoversArea(const v1::Caller& caller, absl::string_view code);

// The role called "VIEWER" or "ROLE_VIEWER"; ROLE_UNSPECIFIED when there is no
// such role.
v1::Role RoleNamed(absl::string_view name);

// The value of kCallerMetadata. Raw bytes: gRPC encodes "-bin" metadata itself.
std::string EncodeCaller(const v1::Caller& caller);

// The inverse. INVALID_ARGUMENT for anything that EncodeCaller() cannot have
// written.
absl::StatusOr<v1::Caller> DecodeCaller(absl::string_view bytes);

// Tokens are opaque to clients: base64url of the message, without padding.
std::string EncodeConsistencyToken(const v1::ConsistencyToken& token);
std::string EncodeWatchCursor(const v1::WatchCursor& cursor);

// The inverses. INVALID_ARGUMENT naming the field "consistency_token" or
// "cursor" when the text is too long, not base64url or not such a message.
absl::StatusOr<v1::ConsistencyToken> DecodeConsistencyToken(
    absl::string_view text);
absl::StatusOr<v1::WatchCursor> DecodeWatchCursor(absl::string_view text);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_CALLER_H_
