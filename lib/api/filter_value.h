#ifndef LAGESBILD_LIB_API_FILTER_VALUE_H_
#define LAGESBILD_LIB_API_FILTER_VALUE_H_

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "lib/api/filter_lexer.h"
#include "lib/api/filter_node.h"

namespace lagesbild::api {

// Whether the field's type has values that a filter can name: scalars and enums
// but bytes, Timestamp and Duration.
bool IsComparable(const google::protobuf::FieldDescriptor* field);

// Whether its values have an order: not enums and bools.
bool IsOrdered(const google::protobuf::FieldDescriptor* field);

// The literal `token` as a value of `field`. INVALID_ARGUMENT with the
// position.
absl::StatusOr<FilterValue> ParseFilterValue(
    const google::protobuf::FieldDescriptor* field, const Token& token);

// -1, 0 or 1 as the field's value is less than, equal to or more than `value`.
// `index` is the element of a repeated field, -1 for a singular one.
int CompareField(const google::protobuf::Message& message,
                 const google::protobuf::FieldDescriptor* field, int index,
                 const FilterValue& value);

// Whether a string field holds `value` somewhere, ignoring ASCII case.
bool FieldContains(const google::protobuf::Message& message,
                   const google::protobuf::FieldDescriptor* field, int index,
                   const FilterValue& value);

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_FILTER_VALUE_H_
