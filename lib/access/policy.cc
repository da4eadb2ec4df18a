#include "lib/access/policy.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/access/caller.h"
#include "lib/access/config_file.h"
#include "lib/base/status.h"

namespace lagesbild::access {
namespace {

using config::v1::PolicyFile;
using config::v1::PolicyRule;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

absl::Status NotAllowed() {
  return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                     "the caller may not call this method");
}

template <typename Roles>
uint32_t RoleBits(const Roles& roles) {
  uint32_t bits = 0;
  for (const int role : roles) {
    if (role > v1::ROLE_UNSPECIFIED && role < 32) bits |= 1u << role;
  }
  return bits;
}

uint32_t RuleBits(const MethodDescriptor& method) {
  return RoleBits(method.options().GetExtension(v1::rule).roles());
}

// "package.Service/Method".
std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

}  // namespace

absl::Status CheckRule(const MethodDescriptor& method,
                       const v1::Caller& caller) {
  if (!method.options().HasExtension(v1::rule)) return NotAllowed();
  if (IsSuiteMember(caller)) return absl::OkStatus();
  const bool allowed =
      IsAgency(caller) && (RuleBits(method) & RoleBits(caller.roles())) != 0;
  return allowed ? absl::OkStatus() : NotAllowed();
}

bool IsAudited(const MethodDescriptor& method) {
  return method.options().GetExtension(v1::rule).audited();
}

// Turns the file's rules into the table, and says which of them is wrong.
class Policy::Builder {
 public:
  explicit Builder(const Services& services) {
    for (const ServiceDescriptor* service : services) {
      for (int i = 0; i < service->method_count(); ++i) {
        methods_.emplace(PathOf(*service->method(i)), service->method(i));
      }
    }
  }

  absl::Status Add(int index, const PolicyRule& rule) {
    const std::string name = absl::StrCat("rules[", index, "]");
    LB_RETURN_IF_ERROR(CheckShape(name, rule));
    for (const std::string& pattern : rule.methods()) {
      LB_RETURN_IF_ERROR(AddPattern(name, rule, pattern));
    }
    return absl::OkStatus();
  }

  Policy Take() {
    Policy policy;
    for (const auto& [path, method] : methods_) {
      if (allowed_.count(path) == 0) policy.unnamed_.push_back(path);
    }
    policy.allowed_ = std::move(allowed_);
    return policy;
  }

 private:
  static absl::Status CheckShape(const std::string& name,
                                 const PolicyRule& rule) {
    if (rule.roles().empty()) return Fault(name, "names no role");
    if (rule.methods().empty()) return Fault(name, "names no method");
    if (rule.kinds().empty() != rule.any_kind()) {
      return Fault(name, "needs either kinds or any_kind: true");
    }
    for (const int role : rule.roles()) {
      if (role == v1::ROLE_UNSPECIFIED) return Fault(name, "unspecified role");
    }
    for (const int kind : rule.kinds()) {
      if (kind == v1::AGENCY_KIND_UNSPECIFIED) {
        return Fault(name, "unspecified agency kind");
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddPattern(const std::string& name, const PolicyRule& rule,
                          const std::string& pattern) {
    bool known = false;
    bool callable = false;
    for (const auto& [path, method] : methods_) {
      if (!Matches(pattern, path)) continue;
      known = true;
      const uint32_t roles = RoleBits(rule.roles()) & RuleBits(*method);
      callable |= roles != 0;
      Allow(path, rule, roles);
    }
    if (!known) return Fault(name, absl::StrCat("no such method: ", pattern));
    if (callable) return absl::OkStatus();
    return Fault(name, absl::StrCat("by the contract none of its roles may "
                                    "call ",
                                    pattern));
  }

  static bool Matches(absl::string_view pattern, absl::string_view path) {
    if (!absl::ConsumeSuffix(&pattern, "/*")) return pattern == path;
    return absl::ConsumePrefix(&path, pattern) &&
           absl::ConsumePrefix(&path, "/");
  }

  void Allow(const std::string& path, const PolicyRule& rule, uint32_t roles) {
    RolesByKind& by_kind = allowed_[path];
    for (const int kind : rule.kinds()) {
      by_kind[static_cast<v1::AgencyKind>(kind)] |= roles;
    }
    if (!rule.any_kind()) return;
    for (int kind = v1::AgencyKind_MIN; kind <= v1::AgencyKind_MAX; ++kind) {
      by_kind[static_cast<v1::AgencyKind>(kind)] |= roles;
    }
  }

  static absl::Status Fault(absl::string_view name, absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("policy ", name, ": ", what));
  }

  std::map<std::string, const MethodDescriptor*> methods_;
  std::map<std::string, RolesByKind, std::less<>> allowed_;
};

absl::StatusOr<Policy> Policy::Parse(absl::string_view textproto,
                                     const Services& services) {
  PolicyFile file;
  LB_RETURN_IF_ERROR(ParseTextproto(textproto, &file));
  Builder builder(services);
  for (int i = 0; i < file.rules_size(); ++i) {
    LB_RETURN_IF_ERROR(builder.Add(i, file.rules(i)));
  }
  return builder.Take();
}

absl::StatusOr<Policy> Policy::Load(const std::string& path,
                                    const Services& services) {
  LB_ASSIGN_OR_RETURN(const std::string text,
                      ReadSmallFile(path, kMaxConfigBytes));
  return WithPath(path, Parse(text, services));
}

absl::Status Policy::Check(absl::string_view method,
                           const v1::Caller& caller) const {
  absl::ConsumePrefix(&method, "/");
  const auto it = allowed_.find(method);
  if (it == allowed_.end() || !IsAgency(caller)) return NotAllowed();
  const auto roles = it->second.find(caller.kind());
  if (roles == it->second.end()) return NotAllowed();
  const bool allowed = (roles->second & RoleBits(caller.roles())) != 0;
  return allowed ? absl::OkStatus() : NotAllowed();
}

}  // namespace lagesbild::access
