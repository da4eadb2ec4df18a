#include "lib/access/audience_check.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "lib/access/audience.h"
#include "lib/access/caller.h"

namespace lagesbild::access {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::MethodDescriptor;

class LinkErrors final : public DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    absl::StrAppend(&text_, file, ": ", element, ": ", message, "\n");
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool IsContract(const FileDescriptor& file) {
  const std::string& package = file.package();
  return package != "google" && !absl::StartsWith(package, "google.") &&
         !absl::StrContains(package, ".store.") &&
         !absl::StrContains(package, ".config.");
}

class Check {
 public:
  void File(const FileDescriptor& file) {
    for (int i = 0; i < file.message_type_count(); ++i) {
      Type(*file.message_type(i));
    }
    for (int i = 0; i < file.service_count(); ++i) {
      for (int m = 0; m < file.service(i)->method_count(); ++m) {
        Method(*file.service(i)->method(m));
      }
    }
  }

  std::vector<std::string> Take() { return std::move(faults_); }

 private:
  void Type(const Descriptor& type) {
    if (type.options().map_entry()) return;
    for (int i = 0; i < type.field_count(); ++i) Field(*type.field(i));
    if (type.options().HasExtension(v1::scope)) Scope(type);
    if (type.extension_range_count() > 0) {
      Fault(type, "has extensions, which have no audience");
    }
    for (int i = 0; i < type.nested_type_count(); ++i) {
      Type(*type.nested_type(i));
    }
  }

  void Field(const FieldDescriptor& field) {
    const v1::Audience stated = StatedAudience(field);
    if (stated == v1::AUDIENCE_UNSPECIFIED) {
      Fault(field, "states no audience, nor does its message");
    } else if (!v1::Audience_IsValid(stated)) {
      Fault(field, absl::StrCat("states an unknown audience ", stated));
    }
  }

  void Scope(const Descriptor& type) {
    const v1::Scope& scope = type.options().GetExtension(v1::scope);
    const ScopeFields fields = ScopeOf(type);
    if (scope.owner().empty() && scope.areas().empty()) {
      Fault(type, "its (scope) names no field");
    }
    if (!scope.owner().empty() && fields.owner == nullptr) {
      Fault(type, absl::StrCat("its (scope).owner \"", scope.owner(),
                               "\" is not a singular string field of it"));
    }
    for (const std::string& area : scope.areas()) ScopeArea(type, fields, area);
  }

  void ScopeArea(const Descriptor& type, const ScopeFields& fields,
                 const std::string& area) {
    const bool found = std::any_of(
        fields.areas.begin(), fields.areas.end(),
        [&](const FieldDescriptor* field) { return field->name() == area; });
    if (found) return;
    Fault(type, absl::StrCat("its (scope).areas \"", area,
                             "\" is not a string field of it"));
  }

  void Method(const MethodDescriptor& method) {
    if (!method.options().HasExtension(v1::rule)) {
      return Fault(method, "has no (rule)");
    }
    for (const int role : method.options().GetExtension(v1::rule).roles()) {
      if (role == v1::ROLE_UNSPECIFIED || !v1::Role_IsValid(role)) {
        Fault(method, absl::StrCat("its (rule) names role ", role,
                                   ", which does not exist"));
      }
    }
  }

  template <typename D>
  void Fault(const D& descriptor, absl::string_view what) {
    faults_.push_back(absl::StrCat(descriptor.file()->name(), ": ",
                                   descriptor.full_name(), ": ", what));
  }
  void Fault(const MethodDescriptor& method, absl::string_view what) {
    faults_.push_back(absl::StrCat(method.service()->file()->name(), ": ",
                                   method.full_name(), ": ", what));
  }

  std::vector<std::string> faults_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> AudienceFaults(
    const google::protobuf::FileDescriptorSet& files) {
  DescriptorPool pool;
  LinkErrors errors;
  Check check;
  for (const FileDescriptorProto& file : files.file()) {
    const FileDescriptor* linked =
        pool.BuildFileCollectingErrors(file, &errors);
    if (linked == nullptr) return absl::InvalidArgumentError(errors.text());
    if (IsContract(*linked)) check.File(*linked);
  }
  return check.Take();
}

}  // namespace lagesbild::access
