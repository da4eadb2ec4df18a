#ifndef LAGESBILD_LIB_ACCESS_REDACTION_PLAN_H_
#define LAGESBILD_LIB_ACCESS_REDACTION_PLAN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/access/audience.h"

// How a message type is walked when it is redacted; a part of Redactor.
namespace lagesbild::access {

// What a type, or anything below it, can hold. Bits of TypePlan::holds.
enum PlanBits : uint32_t {
  kHoldsPartners = 1,
  kHoldsResponsible = 2,
  kHoldsLawEnforcement = 4,
  kHoldsOwner = 8,
  kHoldsAny = 16,
  kScopedByOwner = 32,
  kScopedByAreas = 64,
};

struct TypePlan;

// A field that may have to be cleared or walked into.
struct FieldPlan {
  const google::protobuf::FieldDescriptor* field;
  v1::Audience audience;  // PUBLIC within a transparent type
  const TypePlan* child;  // null for a scalar
};

struct TypePlan {
  const google::protobuf::Descriptor* type;
  bool is_any = false;
  uint32_t holds = 0;
  ScopeFields scope;
  std::vector<FieldPlan> fields;

  // Whether something may have to be taken out for some agency.
  bool Restricted() const;
  // Whether something may have to be taken out for this caller.
  bool Concerns(const v1::Caller& caller) const;
};

// The plans of all types met so far. A plan's address and content stay the same
// once Add() has returned. Not thread-safe.
class RedactionPlans {
 public:
  // Null when the type has not been added.
  const TypePlan* Find(const google::protobuf::Descriptor* type) const;

  // Adds the type and all that it can hold.
  const TypePlan& Add(const google::protobuf::Descriptor* type);

 private:
  TypePlan* Build(const google::protobuf::Descriptor* type);
  void PropagateHolds();

  std::map<const google::protobuf::Descriptor*, std::unique_ptr<TypePlan>>
      plans_;
};

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_REDACTION_PLAN_H_
