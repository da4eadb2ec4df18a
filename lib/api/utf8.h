#ifndef LAGESBILD_LIB_API_UTF8_H_
#define LAGESBILD_LIB_API_UTF8_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lagesbild::api {

// Takes the first code point off `text`, which is not empty. For bytes that are
// no shortest-form UTF-8 (surrogates included): takes one byte, gives -1.
int TakeCodePoint(absl::string_view* text);

bool IsValidUtf8(absl::string_view text);

// `text` with '?' for every byte that is not part of valid UTF-8.
std::string ValidUtf8(absl::string_view text);

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_UTF8_H_
