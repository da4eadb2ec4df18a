#include "lib/api/text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "lib/api/utf8.h"
#include "lib/base/status.h"

namespace lagesbild::api {
namespace {

bool IsLineBreak(int code, absl::string_view rest) {
  return code == '\n' || code == '\t' ||
         (code == '\r' && !rest.empty() && rest[0] == '\n');
}

// C0, DEL and C1; line and paragraph separators; what reorders text, and so
// shows another text than there is.
bool IsControl(int code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ||
         (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

absl::Status CheckCharacters(absl::string_view field, absl::string_view text,
                             const TextRule& rule) {
  int count = 0;
  while (!text.empty()) {
    const int code = TakeCodePoint(&text);
    if (code < 0) return base::InvalidField(field, "is not valid UTF-8");
    if (IsControl(code) && !(rule.multiline && IsLineBreak(code, text))) {
      return base::InvalidField(field, "holds a control character");
    }
    if (++count > rule.max_characters) {
      return base::InvalidField(
          field,
          absl::StrCat("is longer than ", rule.max_characters, " characters"));
    }
  }
  return absl::OkStatus();
}

absl::Status HoldsIdentityNumber(absl::string_view field) {
  return base::WithDetail(
      absl::InvalidArgumentError(
          absl::StrCat(field, ": holds a personal identity number")),
      {base::kPersonalIdentityNumber,
       {{"field", std::string(field)}},
       {{std::string(field), "holds a personal identity number"}}});
}

}  // namespace

absl::Status CheckText(absl::string_view field, absl::string_view text,
                       const TextRule& rule) {
  if (rule.required && absl::StripAsciiWhitespace(text).empty()) {
    return base::InvalidField(field, "must not be empty");
  }
  LB_RETURN_IF_ERROR(CheckCharacters(field, text, rule));
  if (HasPersonalIdentityNumber(text)) return HoldsIdentityNumber(field);
  return absl::OkStatus();
}

}  // namespace lagesbild::api
