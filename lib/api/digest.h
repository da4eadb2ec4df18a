#ifndef LAGESBILD_LIB_API_DIGEST_H_
#define LAGESBILD_LIB_API_DIGEST_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace lagesbild::api {

// 32 raw bytes over the message's type and content, without its fields named in
// `without` (top-level field names; unknown ones are ignored). Equal messages
// have equal digests within one build of the contract.
std::string MessageDigest(const google::protobuf::Message& message,
                          const std::vector<std::string>& without);

// What a repeated request_id is compared by: everything but the request_id.
std::string RequestDigest(const google::protobuf::Message& request);

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_DIGEST_H_
