#ifndef LAGESBILD_LIB_ACCESS_AGENCIES_H_
#define LAGESBILD_LIB_ACCESS_AGENCIES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/access/config/v1/config.pb.h"
#include "lagesbild/access/v1/access.pb.h"

namespace lagesbild::access {

// The agencies that take part in a region. Immutable, hence thread-safe: reload
// by replacing it.
class Agencies {
 public:
  // Reads a textproto of config.v1.AgenciesFile. INVALID_ARGUMENT, naming the
  // line or the agency, for what does not parse, an id that is missing, doubled
  // or not of lower-case letters, digits and hyphens, a missing kind, display
  // name or role, an empty or doubled area, a malformed organisation number,
  // and a certificate name that two agencies claim.
  static absl::StatusOr<Agencies> Parse(absl::string_view textproto);

  // As Parse(), from a file of at most kMaxConfigBytes.
  static absl::StatusOr<Agencies> Load(const std::string& path);

  // Null when there is no such agency. Valid as long as this object.
  const config::v1::Agency* Find(absl::string_view id) const;

  // The agency whose systems use a certificate with this URI name, or null.
  const config::v1::Agency* FindByCertificate(absl::string_view uri) const;

  // In the file's order.
  const config::v1::AgenciesFile& all() const { return file_; }

  // The caller that a credential stands for. `role_names` narrow the agency's
  // roles; without any the caller has all of them, and a name that the agency
  // does not have, or that is unknown, gives nothing. `subject` is the person
  // or system. PERMISSION_DENIED NOT_ALLOWED for an agency that is not in the
  // file.
  absl::StatusOr<v1::Caller> CallerFor(
      absl::string_view agency, const std::vector<std::string>& role_names,
      absl::string_view subject) const;

 private:
  config::v1::AgenciesFile file_;
  std::map<std::string, int, std::less<>> by_id_;  // index into file_
  std::map<std::string, int, std::less<>> by_certificate_;
};

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_AGENCIES_H_
