#ifndef LAGESBILD_LIB_API_FIELD_MASK_H_
#define LAGESBILD_LIB_API_FIELD_MASK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

// update_mask (AIP-134).
namespace lagesbild::api {

// The paths that an update changes: the mask's own; for an empty mask the
// top-level fields that are set in `from`; for "*" every top-level field.
// INVALID_ARGUMENT naming update_mask for an unknown path.
absl::StatusOr<std::vector<std::string>> UpdatePaths(
    const google::protobuf::FieldMask& mask,
    const google::protobuf::Message& from);

// Sets the fields of `to` at UpdatePaths to what they are in `from`, clearing
// those unset there; repeated and message fields are replaced whole. The two
// are of one type. Which paths may be changed at all is the service's to check.
absl::Status ApplyUpdate(const google::protobuf::FieldMask& mask,
                         const google::protobuf::Message& from,
                         google::protobuf::Message* to);

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_FIELD_MASK_H_
