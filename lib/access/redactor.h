#ifndef LAGESBILD_LIB_ACCESS_REDACTOR_H_
#define LAGESBILD_LIB_ACCESS_REDACTOR_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/access/redaction_plan.h"
#include "lib/base/mutex.h"

namespace lagesbild::access {

// Takes out of a message what its caller may not see, by what the contract says
// of each field (lib/access/audience.h has the rule). RESPONSIBLE and OWNER are
// decided with the nearest enclosing message that has `(scope)`, itself
// included; its scope is read before anything is cleared.
//
// How a type is walked is worked out once for each type and kept. Descriptors
// must outlive the redactor. Thread-safe.
class Redactor {
 public:
  Redactor() = default;
  Redactor(const Redactor&) = delete;
  Redactor& operator=(const Redactor&) = delete;

  // Whether a message of this type can hold anything that some agency may not
  // see. When not, every agency gets its bytes untouched; an anonymous caller
  // does not, see PassesUntouched().
  bool CanCarryRestricted(const google::protobuf::Descriptor* type) const;

  // Whether Redact() leaves every message of this type as it is for `caller`,
  // so that its bytes need not be parsed.
  bool PassesUntouched(const google::protobuf::Descriptor* type,
                       const v1::Caller& caller) const;

  // Clears every field that `caller` may not see, in messages of any depth, in
  // lists, maps and oneofs. Unknown fields are dropped at every depth unless
  // the type passes untouched. A google.protobuf.Any of a type known to the
  // message's pool is redacted in place, any other is emptied.
  void Redact(const v1::Caller& caller,
              google::protobuf::Message* message) const;

  // The paths ("sites.police_note") that this caller is not sure to see in a
  // message of this type, in the order of the contract. It follows from the
  // schema and the caller alone, filled or not: a path that is missing is shown
  // whenever it is filled; a path that is listed tells nothing about the
  // record. A field that the caller sees of its own records only is listed.
  // Below a listed path nothing is listed; a type within itself is named once.
  const std::vector<std::string>& RedactedFields(
      const google::protobuf::Descriptor* type, const v1::Caller& caller) const;

  // INVALID_ARGUMENT naming `filter` when one of the paths that a filter names
  // is a redacted field, or lies below one, or above: the answer would tell
  // what the field holds.
  absl::Status CheckFilterFields(const google::protobuf::Descriptor* type,
                                 const v1::Caller& caller,
                                 const std::vector<std::string>& paths) const;

  // Callers with the same key get the same bytes of every message of this type,
  // so that a message is serialised once for all of them. It holds the agency
  // and its areas only where the type needs them.
  std::string VisibilityKey(const google::protobuf::Descriptor* type,
                            const v1::Caller& caller) const;

 private:
  const TypePlan& PlanFor(const google::protobuf::Descriptor* type) const;
  void RedactMessage(const v1::Caller& caller, const TypePlan& plan,
                     Standing standing, int any_depth,
                     google::protobuf::Message* message) const;
  void RedactField(const v1::Caller& caller, const FieldPlan& field,
                   const Standing& standing, int any_depth,
                   google::protobuf::Message* message) const;
  void RedactAny(const v1::Caller& caller, const Standing& standing,
                 int any_depth, google::protobuf::Message* any) const;

  mutable base::SharedMutex mutex_;
  mutable RedactionPlans plans_ ABSL_GUARDED_BY(mutex_);
  // By type and the caller's class; entries are never removed.
  mutable std::map<std::pair<const google::protobuf::Descriptor*, int>,
                   std::unique_ptr<std::vector<std::string>>>
      redacted_fields_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_REDACTOR_H_
