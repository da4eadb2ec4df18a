#ifndef LAGESBILD_LIB_API_FILTER_NODE_H_
#define LAGESBILD_LIB_API_FILTER_NODE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace lagesbild::api {

// A literal as the field's type understands it; one member is meant.
struct FilterValue {
  std::string text;
  std::int64_t integer = 0;  // also enum numbers, bools, seconds
  std::uint64_t natural = 0;
  double real = 0;
  std::int32_t nanos = 0;
};

// A filter's tree. `!=` is kNot over `=`.
struct FilterNode {
  enum class Kind { kAnd, kOr, kNot, kCompare };
  enum class Test {
    kEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kContains,
    kPresent
  };

  Kind kind = Kind::kCompare;
  std::vector<std::shared_ptr<const FilterNode>> children;

  // kCompare only: the way from the message to the field.
  std::vector<const google::protobuf::FieldDescriptor*> path;
  Test test = Test::kEqual;
  FilterValue value;
};

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_FILTER_NODE_H_
