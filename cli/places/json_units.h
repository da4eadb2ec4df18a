#ifndef LAGESBILD_CLI_PLACES_JSON_UNITS_H_
#define LAGESBILD_CLI_PLACES_JSON_UNITS_H_

#include <istream>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lagesbild::cli {

// The school register's units in JSON, of either version, whatever is around
// them: one unit, a list, an envelope, or one document a line. A unit is an
// object with "schoolUnitCode" (version 2) or "Skolenhetskod" (version 1).

// Called with each unit as soon as it is complete; nothing else of the text is
// kept. `number` counts the units of one call, from 1.
using UnitVisitor =
    absl::FunctionRef<void(int number, const nlohmann::json& unit)>;

// What a document says of itself.
struct UnitsRead {
  int units = 0;
  std::string extract_date;  // meta.extractDate as written; may be empty
};

// INVALID_ARGUMENT when the text is not JSON, with line and column; the units
// before it have been handed over.
absl::StatusOr<UnitsRead> ReadUnits(std::istream* in, UnitVisitor visit);

// As above for one document a line; `number` is the line's, so that several
// units of a line share it. Blank lines are passed over.
absl::StatusOr<UnitsRead> ReadUnitLines(std::istream* in, UnitVisitor visit);

// Whether a text that begins with `head` is one JSON document a line: its first
// line is one by itself, and another follows.
bool LooksLikeJsonLines(absl::string_view head);

// Whether a text that begins with `head` holds units of the register.
bool LooksLikeUnits(absl::string_view head);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_JSON_UNITS_H_
