#ifndef LAGESBILD_LIB_ACCESS_VISIBILITY_H_
#define LAGESBILD_LIB_ACCESS_VISIBILITY_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/access/redaction_plan.h"

// What follows from a type's plan and a caller alone; a part of Redactor.
namespace lagesbild::access {

// Callers of one class are sure to see the same fields, whatever the record.
enum class SchemaClass {
  kSuite,
  kAnonymous,
  kLawEnforcement,
  kWholeRegion,
  kOther
};
SchemaClass SchemaClassOf(const v1::Caller& caller);

// See Redactor::RedactedFields().
std::vector<std::string> HiddenPaths(const TypePlan& plan, SchemaClass viewer);

// See Redactor::VisibilityKey().
std::string VisibilityKeyFor(const TypePlan& plan, const v1::Caller& caller);

// The same bytes for equal messages of one build.
std::string DeterministicBytes(const google::protobuf::Message& message);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_VISIBILITY_H_
