#include "lib/api/filter_parser.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "lib/api/filter_value.h"
#include "lib/base/status.h"

namespace lagesbild::api {
namespace {

using Test = FilterNode::Test;
using Kind = FilterNode::Kind;

constexpr std::size_t kMaxShownName = 60;
constexpr char kPresence[] = "*";

Test TestOf(const std::string& op) {
  static const auto* const kTests = new std::map<std::string, Test>{
      {"=", Test::kEqual},   {"!=", Test::kEqual},
      {"<", Test::kLess},    {"<=", Test::kLessOrEqual},
      {">", Test::kGreater}, {">=", Test::kGreaterOrEqual},
      {":", Test::kContains}};
  return kTests->at(op);
}

bool IsReserved(const Token& token) {
  return token.text == "AND" || token.text == "OR" || token.text == "NOT";
}

std::shared_ptr<const FilterNode> Combine(
    Kind kind, std::vector<std::shared_ptr<const FilterNode>> children) {
  if (children.size() == 1 && kind != Kind::kNot) return children[0];
  auto node = std::make_shared<FilterNode>();
  node->kind = kind;
  node->children = std::move(children);
  return node;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const FilterNode>> FilterParser::Parse() {
  if (Peek().kind == TokenKind::kEnd) return Node();
  LB_ASSIGN_OR_RETURN(Node node, Expression());
  if (Peek().kind == TokenKind::kEnd) return node;
  return FilterError(Peek().position, "AND, OR or the end is expected here");
}

bool FilterParser::TakeWord(absl::string_view word) {
  if (Peek().kind != TokenKind::kWord || Peek().text != word) return false;
  ++at_;
  return true;
}

absl::StatusOr<FilterParser::Node> FilterParser::Expression() {
  std::vector<Node> parts;
  do {
    LB_ASSIGN_OR_RETURN(Node part, Factor());
    parts.push_back(std::move(part));
  } while (TakeWord("AND"));
  return Combine(Kind::kAnd, std::move(parts));
}

absl::StatusOr<FilterParser::Node> FilterParser::Factor() {
  std::vector<Node> parts;
  do {
    LB_ASSIGN_OR_RETURN(Node part, Term());
    parts.push_back(std::move(part));
  } while (TakeWord("OR"));
  return Combine(Kind::kOr, std::move(parts));
}

absl::StatusOr<FilterParser::Node> FilterParser::Term() {
  const bool negated = TakeWord("NOT");
  LB_ASSIGN_OR_RETURN(Node node, Peek().kind == TokenKind::kOpen
                                     ? Parenthesised()
                                     : Comparison());
  return negated ? Combine(Kind::kNot, {std::move(node)}) : node;
}

absl::StatusOr<FilterParser::Node> FilterParser::Parenthesised() {
  const int opened = Peek().position;
  if (++depth_ > kMaxFilterDepth) {
    return FilterError(opened, "too deeply nested");
  }
  ++at_;
  LB_ASSIGN_OR_RETURN(Node node, Expression());
  --depth_;
  if (Peek().kind != TokenKind::kClose) {
    return FilterError(Peek().position, "')' is missing");
  }
  ++at_;
  return node;
}

absl::StatusOr<FilterParser::Node> FilterParser::Comparison() {
  if (++comparisons_ > kMaxFilterComparisons) {
    return FilterError(Peek().position, "too many comparisons");
  }
  FilterNode node;
  LB_ASSIGN_OR_RETURN(node.path, FieldPath());
  const Token op = Peek();
  if (op.kind != TokenKind::kOperator) {
    return FilterError(op.position, "a comparison such as '=' is missing");
  }
  ++at_;
  const Token& value = Peek();
  const bool literal = value.kind == TokenKind::kQuoted ||
                       (value.kind == TokenKind::kWord && !IsReserved(value));
  if (!literal) return FilterError(value.position, "a value is missing");
  return Finish(std::move(node), op);
}

absl::StatusOr<FilterParser::Path> FilterParser::FieldPath() {
  const Token& name = Peek();
  if (name.kind != TokenKind::kWord || IsReserved(name)) {
    return FilterError(name.position, "the name of a field is expected here");
  }
  Path path;
  const auto* type = type_;
  for (const std::string& part :
       std::vector<std::string>(absl::StrSplit(name.text, '.'))) {
    const auto* field = type == nullptr ? nullptr : type->FindFieldByName(part);
    if (field == nullptr || field->is_map()) {
      return FilterError(
          name.position,
          absl::StrCat("no field to filter by: '",
                       absl::string_view(name.text).substr(0, kMaxShownName),
                       "'"));
    }
    path.push_back(field);
    // A time is a value here, not a message to look into.
    type = IsComparable(field) ? nullptr : field->message_type();
  }
  fields_.insert(name.text);
  ++at_;
  return path;
}

absl::StatusOr<FilterParser::Node> FilterParser::Finish(FilterNode node,
                                                        const Token& op) {
  const Token& value = tokens_[at_++];
  const auto* field = node.path.back();
  if (op.text == ":" && value.kind == TokenKind::kWord &&
      value.text == kPresence) {
    node.test = Test::kPresent;
    return std::make_shared<const FilterNode>(std::move(node));
  }
  if (!IsComparable(field)) {
    return FilterError(op.position, "this field can only be tested with ':*'");
  }
  node.test = TestOf(op.text);
  const bool equality = op.text == "=" || op.text == "!=" || op.text == ":";
  if (!equality && !IsOrdered(field)) {
    return FilterError(op.position, "values of this field have no order");
  }
  if (node.test == Test::kContains &&
      field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    node.test = Test::kEqual;
  }
  LB_ASSIGN_OR_RETURN(node.value, ParseFilterValue(field, value));
  Node made = std::make_shared<const FilterNode>(std::move(node));
  return op.text == "!=" ? Combine(Kind::kNot, {std::move(made)}) : made;
}

}  // namespace lagesbild::api
