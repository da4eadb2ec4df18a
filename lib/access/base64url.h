#ifndef LAGESBILD_LIB_ACCESS_BASE64URL_H_
#define LAGESBILD_LIB_ACCESS_BASE64URL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace lagesbild::access {

// RFC 4648 section 5 without padding, as in tokens.
std::string EncodeBase64Url(absl::string_view bytes);

// The inverse, and strictly so: nothing for padding, white space, a foreign
// character, an impossible length or set trailing bits. Each byte string has
// one text.
std::optional<std::string> DecodeBase64Url(absl::string_view text);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_BASE64URL_H_
