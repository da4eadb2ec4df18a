#include "lib/access/visibility.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "lib/access/caller.h"

namespace lagesbild::access {
namespace {

using google::protobuf::Descriptor;

// What is known of the enclosing scope before any record is.
struct SchemaScope {
  bool present = false;
  bool by_areas = false;
};

bool SurelySees(SchemaClass viewer, v1::Audience audience,
                const SchemaScope& scope) {
  if (audience == v1::AUDIENCE_PUBLIC) return true;
  if (viewer == SchemaClass::kAnonymous) return false;
  switch (audience) {
    case v1::AUDIENCE_PARTNERS:
      return true;
    case v1::AUDIENCE_RESPONSIBLE:
      if (viewer == SchemaClass::kLawEnforcement) return scope.present;
      return viewer == SchemaClass::kWholeRegion && scope.by_areas;
    case v1::AUDIENCE_LAW_ENFORCEMENT:
      return viewer == SchemaClass::kLawEnforcement;
    default:
      return false;
  }
}

class HiddenPathsWalk {
 public:
  explicit HiddenPathsWalk(SchemaClass viewer) : viewer_(viewer) {}

  void Walk(const TypePlan& plan, SchemaScope scope,
            const std::string& prefix) {
    if (!on_path_.insert(plan.type).second) return;
    if (plan.scope.present) scope = {true, !plan.scope.areas.empty()};
    for (const FieldPlan& field : plan.fields) Visit(field, scope, prefix);
    on_path_.erase(plan.type);
  }

  std::vector<std::string> Take() { return std::move(paths_); }

 private:
  // What a map holds is named as what a list holds is: by the field alone.
  static std::string PathOf(const FieldPlan& field, const std::string& prefix) {
    if (field.field->containing_type()->options().map_entry()) {
      return std::string(absl::StripSuffix(prefix, "."));
    }
    return absl::StrCat(prefix, field.field->name());
  }

  void Visit(const FieldPlan& field, const SchemaScope& scope,
             const std::string& prefix) {
    const std::string path = PathOf(field, prefix);
    const bool any = field.child != nullptr && field.child->is_any;
    if (any || !SurelySees(viewer_, field.audience, scope)) {
      paths_.push_back(path);
    } else if (field.child != nullptr) {
      Walk(*field.child, scope, absl::StrCat(path, "."));
    }
  }

  const SchemaClass viewer_;
  std::set<const Descriptor*> on_path_;
  std::vector<std::string> paths_;
};

bool NeedsAgency(uint32_t holds, bool law_enforcement) {
  if (holds & kHoldsAny) return true;
  if (!(holds & kScopedByOwner)) return false;
  const uint32_t decided_by_owner =
      law_enforcement ? kHoldsOwner : kHoldsOwner | kHoldsResponsible;
  return (holds & decided_by_owner) != 0;
}

bool NeedsAreas(uint32_t holds, bool law_enforcement) {
  if (holds & kHoldsAny) return true;
  return !law_enforcement && (holds & kHoldsResponsible) &&
         (holds & kScopedByAreas);
}

// With its length first, so that no two lists of names run together.
std::string Quoted(absl::string_view name) {
  return absl::StrCat(name.size(), ":", name, ";");
}

std::string AreasKey(const v1::Caller& caller) {
  if (CoversArea(caller, "")) return Quoted(kWholeRegion);
  const std::set<std::string> areas(caller.areas().begin(),
                                    caller.areas().end());
  std::string key;
  for (const std::string& area : areas) absl::StrAppend(&key, Quoted(area));
  return key;
}

}  // namespace

SchemaClass SchemaClassOf(const v1::Caller& caller) {
  if (IsSuiteMember(caller)) return SchemaClass::kSuite;
  if (!IsAgency(caller)) return SchemaClass::kAnonymous;
  if (IsLawEnforcement(caller)) return SchemaClass::kLawEnforcement;
  return CoversArea(caller, "") ? SchemaClass::kWholeRegion
                                : SchemaClass::kOther;
}

std::vector<std::string> HiddenPaths(const TypePlan& plan, SchemaClass viewer) {
  if (viewer == SchemaClass::kSuite) return {};
  HiddenPathsWalk walk(viewer);
  walk.Walk(plan, SchemaScope(), "");
  return walk.Take();
}

std::string VisibilityKeyFor(const TypePlan& plan, const v1::Caller& caller) {
  if (!plan.Concerns(caller)) return "whole";
  if (!IsAgency(caller)) return "anonymous";
  const bool law_enforcement = IsLawEnforcement(caller);
  std::string key = law_enforcement ? "law_enforcement" : "agency";
  if (NeedsAgency(plan.holds, law_enforcement)) {
    absl::StrAppend(&key, "|agency=", Quoted(caller.agency()));
  }
  if (NeedsAreas(plan.holds, law_enforcement)) {
    absl::StrAppend(&key, "|areas=", AreasKey(caller));
  }
  return key;
}

std::string DeterministicBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializePartialToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace lagesbild::access
