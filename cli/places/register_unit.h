#ifndef LAGESBILD_CLI_PLACES_REGISTER_UNIT_H_
#define LAGESBILD_CLI_PLACES_REGISTER_UNIT_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/places/coordinates.h"

namespace lagesbild::cli {

// How one version of the register spells the fields that can be at fault.
struct UnitFields {
  const char* name;
  const char* status;
  const char* unit_type;
  const char* forms;
  const char* start;
  const char* end;
  const char* latitude;
  const char* longitude;
  const char* northing;
  const char* easting;
};

// A unit of the national school register as both versions tell it, unjudged;
// what is missing is empty. Only what is named here is ever read: the head
// teacher, the e-mail address and the telephone number are not.
struct RegisterUnit {
  const UnitFields* fields = nullptr;
  std::string code;
  std::string name;
  std::string status;     // AKTIV, VILANDE, UPPHORT, PLANERAD
  std::string unit_type;  // SKOLENHET, CENTRAL, UTLAND
  std::vector<std::string> forms;
  std::string municipality;
  std::string start;  // dates as written
  std::string end;
  std::string address;
  GivenPosition position;
  // The position is that of another address than the one to visit.
  bool other_address = false;
  // The register's list gives code, name and status, and nothing else.
  bool only_listed = false;
};

// A unit of version 2 (`/v2/school-units/{code}`: the object in `data`, with
// its `attributes`) or version 1 (`/v1/skolenhet/{code}`: the object in
// `SkolenhetInfo`); values of an unexpected type are taken as missing.
RegisterUnit UnitOf(const nlohmann::json& unit);

// The object whose members --where picks by.
const nlohmann::json& AttributesOf(const nlohmann::json& unit);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_REGISTER_UNIT_H_
