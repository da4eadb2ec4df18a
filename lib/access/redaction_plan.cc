#include "lib/access/redaction_plan.h"

#include "lib/access/caller.h"

namespace lagesbild::access {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr uint32_t kRestricted =
    kHoldsResponsible | kHoldsLawEnforcement | kHoldsOwner | kHoldsAny;

uint32_t BitOf(v1::Audience audience) {
  switch (audience) {
    case v1::AUDIENCE_PUBLIC:
      return 0;
    case v1::AUDIENCE_PARTNERS:
      return kHoldsPartners;
    case v1::AUDIENCE_RESPONSIBLE:
      return kHoldsResponsible;
    case v1::AUDIENCE_LAW_ENFORCEMENT:
      return kHoldsLawEnforcement;
    default:
      return kHoldsOwner;
  }
}

uint32_t OwnBits(const TypePlan& plan) {
  uint32_t bits = plan.is_any ? uint32_t{kHoldsAny} : 0;
  if (plan.scope.owner != nullptr) bits |= kScopedByOwner;
  if (!plan.scope.areas.empty()) bits |= kScopedByAreas;
  // Whatever an extension states, it is cleared: see RedactMessage().
  if (plan.type->extension_range_count() > 0) bits |= kHoldsOwner;
  return bits;
}

}  // namespace

bool TypePlan::Restricted() const { return (holds & kRestricted) != 0; }

bool TypePlan::Concerns(const v1::Caller& caller) const {
  if (IsSuiteMember(caller)) return false;
  const uint32_t hidden =
      IsAgency(caller) ? kRestricted : kRestricted | kHoldsPartners;
  return (holds & hidden) != 0;
}

const TypePlan* RedactionPlans::Find(const Descriptor* type) const {
  const auto it = plans_.find(type);
  return it == plans_.end() ? nullptr : it->second.get();
}

const TypePlan& RedactionPlans::Add(const Descriptor* type) {
  const TypePlan* plan = Build(type);
  PropagateHolds();
  return *plan;
}

TypePlan* RedactionPlans::Build(const Descriptor* type) {
  std::unique_ptr<TypePlan>& slot = plans_[type];
  if (slot != nullptr) return slot.get();
  slot = std::make_unique<TypePlan>();
  TypePlan* const plan = slot.get();
  plan->type = type;
  plan->is_any = type->full_name() == "google.protobuf.Any";
  plan->scope = ScopeOf(*type);
  plan->holds = OwnBits(*plan);
  const bool transparent = IsTransparent(*type);
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const v1::Audience audience =
        transparent ? v1::AUDIENCE_PUBLIC : AudienceOf(*field);
    const Descriptor* child = field->message_type();
    if (child == nullptr && audience == v1::AUDIENCE_PUBLIC) continue;
    plan->holds |= BitOf(audience);
    plan->fields.push_back({field, audience, child ? Build(child) : nullptr});
  }
  return plan;
}

// Types can hold each other in circles, so what they hold is a fixed point.
// Plans of earlier calls are closed already and are not written again.
void RedactionPlans::PropagateHolds() {
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [type, plan] : plans_) {
      uint32_t holds = plan->holds;
      for (const FieldPlan& field : plan->fields) {
        if (field.child != nullptr) holds |= field.child->holds;
      }
      if (holds == plan->holds) continue;
      plan->holds = holds;
      changed = true;
    }
  }
}

}  // namespace lagesbild::access
