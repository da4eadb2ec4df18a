#ifndef LAGESBILD_LIB_ACCESS_AUDIENCE_H_
#define LAGESBILD_LIB_ACCESS_AUDIENCE_H_

#include "google/protobuf/descriptor.h"
#include "lagesbild/access/v1/access.pb.h"

// What a contract says about its fields and methods.
namespace lagesbild::access {

// What the field states, by itself or through its message;
// AUDIENCE_UNSPECIFIED when neither does.
v1::Audience StatedAudience(const google::protobuf::FieldDescriptor& field);

// Who may see the field: as stated; OWNER when nothing is stated or what is
// stated is unknown to this build.
v1::Audience AudienceOf(const google::protobuf::FieldDescriptor& field);

// Types whose fields say nothing of their own and are seen by whoever sees the
// field that holds them: Google's (Timestamp, Struct) and the entries of maps.
bool IsTransparent(const google::protobuf::Descriptor& type);

// Where a type says whose it is. Either part may be missing: a path that names
// no field of the right type counts as missing.
struct ScopeFields {
  bool present = false;  // the type has `(scope)`
  const google::protobuf::FieldDescriptor* owner = nullptr;
  std::vector<const google::protobuf::FieldDescriptor*> areas;
};
ScopeFields ScopeOf(const google::protobuf::Descriptor& type);

// Whose a record is, in relation to one caller.
struct Standing {
  bool scoped = false;       // some enclosing message has `(scope)`
  bool owner = false;        // its owner is the caller's agency
  bool responsible = false;  // its areas are among the caller's
};

// The one rule of who sees what:
//   PUBLIC             everyone
//   PARTNERS           every agency
//   RESPONSIBLE        law enforcement and the agencies whose areas meet the
//                      record's; nobody when there is no scope
//   LAW_ENFORCEMENT    police, customs, prison and probation
//   OWNER              the agency that wrote the record
// The agency that reported a record sees every field of it but those for law
// enforcement, which others than the reporter write. A suite member sees
// everything. Apart from that, audiences are not a ladder.
bool Sees(const v1::Caller& caller, v1::Audience audience,
          const Standing& standing);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_AUDIENCE_H_
