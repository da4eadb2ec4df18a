#ifndef LAGESBILD_LIB_API_TEXT_H_
#define LAGESBILD_LIB_API_TEXT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lagesbild::api {

// What a free text may be.
struct TextRule {
  int max_characters = 200;  // Unicode code points
  bool required = false;     // not empty, not blank
  bool multiline = false;    // line feeds and tabs allowed
};

inline constexpr TextRule kDisplayName = {
    .max_characters = 200, .required = true, .multiline = false};
inline constexpr TextRule kNote = {
    .max_characters = 4000, .required = false, .multiline = true};

// INVALID_ARGUMENT naming `field` for text that is no valid UTF-8, holds
// control characters or is too long; with reason PERSONAL_IDENTITY_NUMBER when
// it holds one. The text itself is never part of the error.
absl::Status CheckText(absl::string_view field, absl::string_view text,
                       const TextRule& rule);

// True when a Swedish personal identity number or coordination number stands in
// the text: 10 or 12 digits, before the last four perhaps a '-', '+', dash or
// space, a real date (day + 60 for coordination numbers), and the right check
// digit.
bool HasPersonalIdentityNumber(absl::string_view text);

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_TEXT_H_
