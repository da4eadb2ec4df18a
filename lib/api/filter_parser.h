#ifndef LAGESBILD_LIB_API_FILTER_PARSER_H_
#define LAGESBILD_LIB_API_FILTER_PARSER_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "lib/api/filter_lexer.h"
#include "lib/api/filter_node.h"

namespace lagesbild::api {

// Refused beyond: what a person writes is far below, and evaluation recurses.
inline constexpr int kMaxFilterDepth = 20;
inline constexpr int kMaxFilterComparisons = 100;

// expression = factor {AND factor}; factor = term {OR term};
// term = [NOT] ("(" expression ")" | comparison)
class FilterParser {
 public:
  FilterParser(std::vector<Token> tokens,
               const google::protobuf::Descriptor* type)
      : tokens_(std::move(tokens)), type_(type) {}

  // The whole filter; null when there are no tokens.
  absl::StatusOr<std::shared_ptr<const FilterNode>> Parse();

  // The paths met on the way.
  const std::set<std::string>& fields() const { return fields_; }

 private:
  using Node = std::shared_ptr<const FilterNode>;
  using Path = std::vector<const google::protobuf::FieldDescriptor*>;

  const Token& Peek() const { return tokens_[at_]; }
  bool TakeWord(absl::string_view word);
  absl::StatusOr<Node> Expression();
  absl::StatusOr<Node> Factor();
  absl::StatusOr<Node> Term();
  absl::StatusOr<Node> Parenthesised();
  absl::StatusOr<Node> Comparison();
  absl::StatusOr<Path> FieldPath();
  absl::StatusOr<Node> Finish(FilterNode node, const Token& op);

  const std::vector<Token> tokens_;
  const google::protobuf::Descriptor* const type_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int comparisons_ = 0;
  std::set<std::string> fields_;
};

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_FILTER_PARSER_H_
