#ifndef LAGESBILD_LIB_BASE_DIGEST_H_
#define LAGESBILD_LIB_BASE_DIGEST_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lagesbild::base {

// 32 raw bytes.
std::string Sha256(absl::string_view bytes);

// 40 lower-case hex digits, the form Redis' scripting gives.
std::string Sha1Hex(absl::string_view bytes);

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_DIGEST_H_
