#include "lib/api/filter.h"

#include <algorithm>
#include <utility>

#include "lib/api/filter_lexer.h"
#include "lib/api/filter_node.h"
#include "lib/api/filter_parser.h"
#include "lib/api/filter_value.h"
#include "lib/base/status.h"

namespace lagesbild::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Test = FilterNode::Test;

bool Holds(Test test, int sign) {
  switch (test) {
    case Test::kEqual:
      return sign == 0;
    case Test::kLess:
      return sign < 0;
    case Test::kLessOrEqual:
      return sign <= 0;
    case Test::kGreater:
      return sign > 0;
    case Test::kGreaterOrEqual:
      return sign >= 0;
    default:
      return false;
  }
}

bool ElementMatches(const FilterNode& node, const Message& message,
                    const FieldDescriptor* field, int index) {
  if (node.test == Test::kPresent) return true;
  if (node.test == Test::kContains) {
    return FieldContains(message, field, index, node.value);
  }
  return Holds(node.test, CompareField(message, field, index, node.value));
}

bool LastMatches(const FilterNode& node, const Message& message,
                 const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  if (!field->is_repeated()) {
    const bool asks_presence = node.test == Test::kPresent;
    if ((asks_presence || field->has_presence()) &&
        !reflection->HasField(message, field)) {
      return false;
    }
    return ElementMatches(node, message, field, -1);
  }
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    if (ElementMatches(node, message, field, i)) return true;
  }
  return false;
}

bool PathMatches(const FilterNode& node, const Message& message,
                 std::size_t at) {
  const FieldDescriptor* field = node.path[at];
  if (at + 1 == node.path.size()) return LastMatches(node, message, field);
  const auto* reflection = message.GetReflection();
  if (!field->is_repeated()) {
    return reflection->HasField(message, field) &&
           PathMatches(node, reflection->GetMessage(message, field), at + 1);
  }
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    if (PathMatches(node, reflection->GetRepeatedMessage(message, field, i),
                    at + 1)) {
      return true;
    }
  }
  return false;
}

bool NodeMatches(const FilterNode& node, const Message& message) {
  const auto matches = [&](const std::shared_ptr<const FilterNode>& child) {
    return NodeMatches(*child, message);
  };
  const auto& children = node.children;
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
      return std::all_of(children.begin(), children.end(), matches);
    case FilterNode::Kind::kOr:
      return std::any_of(children.begin(), children.end(), matches);
    case FilterNode::Kind::kNot:
      return !NodeMatches(*children[0], message);
    case FilterNode::Kind::kCompare:
      return PathMatches(node, message, 0);
  }
  return false;
}

}  // namespace

absl::StatusOr<Filter> Filter::Compile(
    absl::string_view text, const google::protobuf::Descriptor* type) {
  LB_ASSIGN_OR_RETURN(std::vector<Token> tokens, LexFilter(text));
  FilterParser parser(std::move(tokens), type);
  Filter filter;
  LB_ASSIGN_OR_RETURN(filter.root_, parser.Parse());
  filter.fields_.assign(parser.fields().begin(), parser.fields().end());
  return filter;
}

bool Filter::Matches(const Message& message) const {
  return root_ == nullptr || NodeMatches(*root_, message);
}

}  // namespace lagesbild::api
