#include "lib/access/redactor.h"

#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "lib/access/caller.h"
#include "lib/access/visibility.h"
#include "lib/base/status.h"

namespace lagesbild::access {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// An Any within an Any within … is bytes to the parser's own depth limit.
constexpr int kMaxAnyDepth = 8;

// `path` is `hidden` or lies below it, or `hidden` lies below what it shows.
bool Touches(const std::string& path, const std::string& hidden) {
  return path == hidden || absl::StartsWith(path, hidden + ".") ||
         absl::StartsWith(hidden, path + ".");
}

bool CoversField(const v1::Caller& caller, const Message& message,
                 const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  if (!field->is_repeated()) {
    return CoversArea(caller, reflection.GetString(message, field));
  }
  const int size = reflection.FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    if (CoversArea(caller, reflection.GetRepeatedString(message, field, i))) {
      return true;
    }
  }
  // The whole region includes a record that names no area yet.
  return CoversArea(caller, "");
}

Standing StandingIn(const v1::Caller& caller, const ScopeFields& scope,
                    const Message& message) {
  Standing standing;
  standing.scoped = true;
  if (scope.owner != nullptr && !caller.agency().empty()) {
    standing.owner = message.GetReflection()->GetString(message, scope.owner) ==
                     caller.agency();
  }
  for (const FieldDescriptor* field : scope.areas) {
    standing.responsible |= CoversField(caller, message, field);
  }
  return standing;
}

// Contracts have no extensions; what arrives as one has no audience.
void ClearExtensions(Message* message) {
  if (message->GetDescriptor()->extension_range_count() == 0) return;
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_extension()) reflection.ClearField(message, field);
  }
}

// As Message::DiscardUnknownFields, which leaves an allocation behind in every
// message, for each later copy to repeat.
void DiscardUnknownFields(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  if (!reflection.GetUnknownFields(*message).empty()) {
    reflection.MutableUnknownFields(message)->Clear();
  }
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) {
      DiscardUnknownFields(reflection.MutableMessage(message, field));
      continue;
    }
    const int size = reflection.FieldSize(*message, field);
    for (int i = 0; i < size; ++i) {
      DiscardUnknownFields(
          reflection.MutableRepeatedMessage(message, field, i));
    }
  }
}

absl::string_view TypeNameOf(absl::string_view type_url) {
  const size_t slash = type_url.rfind('/');
  return slash == absl::string_view::npos ? "" : type_url.substr(slash + 1);
}

// Null for a type that the Any's pool does not know.
const Message* PrototypeFor(const Message& any, absl::string_view type_url) {
  const Descriptor* type =
      any.GetDescriptor()->file()->pool()->FindMessageTypeByName(
          std::string(TypeNameOf(type_url)));
  if (type == nullptr) return nullptr;
  return any.GetReflection()->GetMessageFactory()->GetPrototype(type);
}

}  // namespace

const TypePlan& Redactor::PlanFor(const Descriptor* type) const {
  {
    base::ReaderLock lock(&mutex_);
    if (const TypePlan* plan = plans_.Find(type)) return *plan;
  }
  base::WriterLock lock(&mutex_);
  return plans_.Add(type);
}

bool Redactor::CanCarryRestricted(const Descriptor* type) const {
  return PlanFor(type).Restricted();
}

bool Redactor::PassesUntouched(const Descriptor* type,
                               const v1::Caller& caller) const {
  return !PlanFor(type).Concerns(caller);
}

void Redactor::Redact(const v1::Caller& caller, Message* message) const {
  const TypePlan& plan = PlanFor(message->GetDescriptor());
  if (!plan.Concerns(caller)) return;
  DiscardUnknownFields(message);
  RedactMessage(caller, plan, Standing(), 0, message);
}

void Redactor::RedactMessage(const v1::Caller& caller, const TypePlan& plan,
                             Standing standing, int any_depth,
                             Message* message) const {
  if (plan.is_any) return RedactAny(caller, standing, any_depth, message);
  if (plan.scope.present) standing = StandingIn(caller, plan.scope, *message);
  ClearExtensions(message);
  for (const FieldPlan& field : plan.fields) {
    if (!Sees(caller, field.audience, standing)) {
      message->GetReflection()->ClearField(message, field.field);
    } else if (field.child != nullptr && field.child->Concerns(caller)) {
      RedactField(caller, field, standing, any_depth, message);
    }
  }
}

void Redactor::RedactField(const v1::Caller& caller, const FieldPlan& field,
                           const Standing& standing, int any_depth,
                           Message* message) const {
  const Reflection& reflection = *message->GetReflection();
  if (!field.field->is_repeated()) {
    if (!reflection.HasField(*message, field.field)) return;
    RedactMessage(caller, *field.child, standing, any_depth,
                  reflection.MutableMessage(message, field.field));
    return;
  }
  // A map's entries are reached in the same way.
  const int size = reflection.FieldSize(*message, field.field);
  for (int i = 0; i < size; ++i) {
    RedactMessage(caller, *field.child, standing, any_depth,
                  reflection.MutableRepeatedMessage(message, field.field, i));
  }
}

void Redactor::RedactAny(const v1::Caller& caller, const Standing& standing,
                         int any_depth, Message* any) const {
  const Reflection& reflection = *any->GetReflection();
  const FieldDescriptor* url = any->GetDescriptor()->FindFieldByNumber(1);
  const FieldDescriptor* value = any->GetDescriptor()->FindFieldByNumber(2);
  const Message* prototype =
      PrototypeFor(*any, reflection.GetString(*any, url));
  if (prototype == nullptr || any_depth >= kMaxAnyDepth) return any->Clear();
  const TypePlan& plan = PlanFor(prototype->GetDescriptor());
  if (!plan.Concerns(caller)) return;
  const std::unique_ptr<Message> inner(prototype->New());
  if (!inner->ParseFromString(reflection.GetString(*any, value))) {
    return any->Clear();
  }
  DiscardUnknownFields(inner.get());
  RedactMessage(caller, plan, standing, any_depth + 1, inner.get());
  reflection.SetString(any, value, DeterministicBytes(*inner));
}

const std::vector<std::string>& Redactor::RedactedFields(
    const Descriptor* type, const v1::Caller& caller) const {
  const std::pair key(type, static_cast<int>(SchemaClassOf(caller)));
  {
    base::ReaderLock lock(&mutex_);
    const auto it = redacted_fields_.find(key);
    if (it != redacted_fields_.end()) return *it->second;
  }
  const TypePlan& plan = PlanFor(type);
  auto paths = std::make_unique<std::vector<std::string>>(
      HiddenPaths(plan, SchemaClassOf(caller)));
  base::WriterLock lock(&mutex_);
  return *redacted_fields_.emplace(key, std::move(paths)).first->second;
}

absl::Status Redactor::CheckFilterFields(
    const Descriptor* type, const v1::Caller& caller,
    const std::vector<std::string>& paths) const {
  for (const std::string& hidden : RedactedFields(type, caller)) {
    for (const std::string& path : paths) {
      if (!Touches(path, hidden)) continue;
      return base::InvalidField("filter",
                                absl::StrCat(path, " is not for this caller"));
    }
  }
  return absl::OkStatus();
}

std::string Redactor::VisibilityKey(const Descriptor* type,
                                    const v1::Caller& caller) const {
  return VisibilityKeyFor(PlanFor(type), caller);
}

}  // namespace lagesbild::access
