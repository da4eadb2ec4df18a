#ifndef LAGESBILD_LIB_ACCESS_STRICT_JSON_H_
#define LAGESBILD_LIB_ACCESS_STRICT_JSON_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace lagesbild::access {

// Deeper JSON is refused; what tokens and keys hold is flat.
inline constexpr int kMaxJsonDepth = 8;

// A JSON object, read so that no two readers can differ over it: nothing for
// what is not exactly one object, names a member twice at any depth, is not
// UTF-8, or is nested deeper than kMaxJsonDepth.
std::optional<nlohmann::json> ParseStrictObject(absl::string_view text);

// The member's text; empty when it is missing or not a string.
std::string StringMember(const nlohmann::json& object, const char* name);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_STRICT_JSON_H_
