#ifndef LAGESBILD_LIB_API_FILTER_LEXER_H_
#define LAGESBILD_LIB_API_FILTER_LEXER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lagesbild::api {

enum class TokenKind { kWord, kQuoted, kOperator, kOpen, kClose, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;  // unescaped
  int position = 0;  // 1-based, in bytes
};

// Longer filters are refused.
inline constexpr int kMaxFilterBytes = 4096;

// The tokens of a filter, the last one kEnd. INVALID_ARGUMENT naming `filter`
// and the position for an open quotation or a character that belongs to
// nothing.
absl::StatusOr<std::vector<Token>> LexFilter(absl::string_view text);

// The error that all of the filter's parts give.
absl::Status FilterError(int position, absl::string_view what);

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_FILTER_LEXER_H_
