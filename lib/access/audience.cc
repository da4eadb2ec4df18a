#include "lib/access/audience.h"

#include "absl/strings/match.h"
#include "lib/access/caller.h"

namespace lagesbild::access {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const FieldDescriptor* StringField(const Descriptor& type,
                                   const std::string& name) {
  const FieldDescriptor* field = type.FindFieldByName(name);
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_STRING) {
    return nullptr;
  }
  return field;
}

}  // namespace

v1::Audience StatedAudience(const FieldDescriptor& field) {
  const v1::Audience own = field.options().GetExtension(v1::audience);
  if (own != v1::AUDIENCE_UNSPECIFIED) return own;
  return field.containing_type()->options().GetExtension(v1::message_audience);
}

v1::Audience AudienceOf(const FieldDescriptor& field) {
  const v1::Audience stated = StatedAudience(field);
  const bool known =
      stated != v1::AUDIENCE_UNSPECIFIED && v1::Audience_IsValid(stated);
  return known ? stated : v1::AUDIENCE_OWNER;
}

bool IsTransparent(const Descriptor& type) {
  const std::string& package = type.file()->package();
  return type.options().map_entry() || package == "google" ||
         absl::StartsWith(package, "google.");
}

ScopeFields ScopeOf(const Descriptor& type) {
  ScopeFields fields;
  if (!type.options().HasExtension(v1::scope)) return fields;
  fields.present = true;
  const v1::Scope& scope = type.options().GetExtension(v1::scope);
  const FieldDescriptor* owner = StringField(type, scope.owner());
  if (owner != nullptr && !owner->is_repeated()) fields.owner = owner;
  for (const std::string& name : scope.areas()) {
    const FieldDescriptor* area = StringField(type, name);
    if (area != nullptr) fields.areas.push_back(area);
  }
  return fields;
}

bool Sees(const v1::Caller& caller, v1::Audience audience,
          const Standing& standing) {
  if (audience == v1::AUDIENCE_PUBLIC || IsSuiteMember(caller)) return true;
  if (!IsAgency(caller)) return false;
  if (audience == v1::AUDIENCE_LAW_ENFORCEMENT) return IsLawEnforcement(caller);
  if (standing.scoped && standing.owner) return true;
  switch (audience) {
    case v1::AUDIENCE_PARTNERS:
      return true;
    case v1::AUDIENCE_RESPONSIBLE:
      return standing.scoped &&
             (standing.responsible || IsLawEnforcement(caller));
    default:
      return false;
  }
}

}  // namespace lagesbild::access
