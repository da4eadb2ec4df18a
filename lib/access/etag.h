#ifndef LAGESBILD_LIB_ACCESS_ETAG_H_
#define LAGESBILD_LIB_ACCESS_ETAG_H_

#include <string>

#include "google/protobuf/message.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/access/redactor.h"

namespace lagesbild::access {

// The etag (AIP-154) of a resource as this caller sees it: 22 base64url
// characters over the redacted message without its own `etag` field. It changes
// exactly when something changes that the caller may see, so it tells nothing
// of the rest. Two callers may get different etags of one record; compare one
// that a caller sent with Etag() for the same caller.
std::string Etag(const google::protobuf::Message& message,
                 const v1::Caller& caller, const Redactor& redactor);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_ETAG_H_
