#include "lib/api/filter_lexer.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "lib/api/utf8.h"
#include "lib/base/status.h"

namespace lagesbild::api {
namespace {

bool IsWordChar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || byte >= 0x80 ||
         absl::string_view("_-.+/*@").find(c) != absl::string_view::npos;
}

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<Token>> Run() {
    while (SkipSpace()) {
      LB_ASSIGN_OR_RETURN(Token token, Next());
      tokens_.push_back(std::move(token));
    }
    tokens_.push_back({TokenKind::kEnd, "", Position()});
    return std::move(tokens_);
  }

 private:
  int Position() const { return static_cast<int>(at_) + 1; }

  bool SkipSpace() {
    while (at_ < text_.size() &&
           absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) {
      ++at_;
    }
    return at_ < text_.size();
  }

  absl::StatusOr<Token> Next() {
    const char c = text_[at_];
    if (c == '(') return Single(TokenKind::kOpen);
    if (c == ')') return Single(TokenKind::kClose);
    if (c == '"' || c == '\'') return Quoted();
    if (absl::string_view("=!<>:").find(c) != absl::string_view::npos) {
      return Operator();
    }
    if (IsWordChar(c)) return Word();
    return FilterError(Position(), "unexpected character");
  }

  Token Single(TokenKind kind) {
    Token token{kind, std::string(1, text_[at_]), Position()};
    ++at_;
    return token;
  }

  absl::StatusOr<Token> Operator() {
    Token token = Single(TokenKind::kOperator);
    const bool longer = token.text != ":" && token.text != "=";
    if (longer && at_ < text_.size() && text_[at_] == '=') {
      token.text += '=';
      ++at_;
    }
    if (token.text == "!") return FilterError(token.position, "'!' needs '='");
    return token;
  }

  Token Word() {
    Token token{TokenKind::kWord, "", Position()};
    while (at_ < text_.size() && IsWordChar(text_[at_])) {
      token.text += text_[at_++];
    }
    return token;
  }

  absl::StatusOr<Token> Quoted() {
    Token token{TokenKind::kQuoted, "", Position()};
    const char quote = text_[at_++];
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        ++at_;
        return token;
      }
      if (text_[at_] == '\\' && ++at_ == text_.size()) break;
      token.text += text_[at_];
    }
    return FilterError(token.position, "the quotation does not end");
  }

  const absl::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

absl::StatusOr<std::vector<Token>> LexFilter(absl::string_view text) {
  if (text.size() > kMaxFilterBytes) {
    return FilterError(kMaxFilterBytes, "the filter is too long");
  }
  if (!IsValidUtf8(text)) return FilterError(1, "not valid UTF-8");
  return Lexer(text).Run();
}

absl::Status FilterError(int position, absl::string_view what) {
  return base::InvalidField(
      "filter", absl::StrCat("at character ", position, ": ", what));
}

}  // namespace lagesbild::api
