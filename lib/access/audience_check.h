#ifndef LAGESBILD_LIB_ACCESS_AUDIENCE_CHECK_H_
#define LAGESBILD_LIB_ACCESS_AUDIENCE_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.pb.h"

namespace lagesbild::access {

// What is wrong with a set of contracts, a line each, empty when nothing is:
// every field without an audience, every method without a `(rule)` or with a
// role that does not exist, every `(scope)` that names nothing, or names what
// is not a string field of its message. Google's files, stored records
// (lagesbild.*.store.*) and configuration (lagesbild.*.config.*) are not
// contracts and are left out. INVALID_ARGUMENT when the set does not link.
absl::StatusOr<std::vector<std::string>> AudienceFaults(
    const google::protobuf::FileDescriptorSet& files);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_AUDIENCE_CHECK_H_
