#ifndef LAGESBILD_GATEWAY_RESPONSE_FILTER_H_
#define LAGESBILD_GATEWAY_RESPONSE_FILTER_H_

#include <grpcpp/support/byte_buffer.h>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/access/redactor.h"

namespace lagesbild::gateway {

// Whether the services are known to have this gateway's contracts to the
// letter.
enum class Contracts {
  // They run in this process: a type without restricted fields passes as bytes.
  kSame,
  // They may be newer: every message is parsed, and what this gateway does not
  // know is dropped, at every depth, so that a restricted field of a newer
  // contract cannot pass an older gateway.
  kMayDiffer,
};

// Rewrites one serialised message of the type of `prototype` to what `caller`
// may see. INTERNAL when it does not parse: then nothing may leave.
absl::Status FilterResponse(const access::Redactor& redactor,
                            const access::v1::Caller& caller,
                            Contracts contracts,
                            const google::protobuf::Message& prototype,
                            grpc::ByteBuffer* bytes);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_RESPONSE_FILTER_H_
