#ifndef LAGESBILD_LIB_ACCESS_POLICY_H_
#define LAGESBILD_LIB_ACCESS_POLICY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "lagesbild/access/config/v1/config.pb.h"
#include "lagesbild/access/v1/access.pb.h"

namespace lagesbild::access {

// What the contract asks of a method's caller: OK when the method has a
// `(rule)` and the caller one of its roles, or is a suite member;
// PERMISSION_DENIED NOT_ALLOWED otherwise.
absl::Status CheckRule(const google::protobuf::MethodDescriptor& method,
                       const v1::Caller& caller);

// Whether reads by this method are written to the audit log.
bool IsAudited(const google::protobuf::MethodDescriptor& method);

// Which outside caller may call which method: the contract's `(rule)` and the
// policy file must both allow it, for one and the same role. What no line of
// the file allows is refused. Immutable, hence thread-safe: reload by replacing
// it.
class Policy {
 public:
  using Services = std::vector<const google::protobuf::ServiceDescriptor*>;

  // Reads a textproto of config.v1.PolicyFile for the methods of `services`.
  // INVALID_ARGUMENT, naming the line or the rule, for what does not parse, a
  // method that is not among them, a rule without roles, methods or kinds, and
  // a method that none of its rule's roles could call by the contract.
  static absl::StatusOr<Policy> Parse(absl::string_view textproto,
                                      const Services& services);

  // As Parse(), from a file of at most kMaxConfigBytes.
  static absl::StatusOr<Policy> Load(const std::string& path,
                                     const Services& services);

  // `method` is "package.Service/Method", with or without a leading "/".
  // PERMISSION_DENIED NOT_ALLOWED for anything but an allowed call; an unknown
  // method is refused in the same words.
  absl::Status Check(absl::string_view method, const v1::Caller& caller) const;

  // Methods of the services that no line of the file names, in order. The build
  // is to fail while there are any.
  const std::vector<std::string>& UnnamedMethods() const { return unnamed_; }

 private:
  // Allowed roles as bits, by agency kind.
  using RolesByKind = std::map<v1::AgencyKind, uint32_t>;
  class Builder;

  std::map<std::string, RolesByKind, std::less<>> allowed_;
  std::vector<std::string> unnamed_;
};

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_POLICY_H_
