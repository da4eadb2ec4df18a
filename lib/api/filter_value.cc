#include "lib/api/filter_value.h"

#include <cmath>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/api/time.h"

namespace lagesbild::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kTimestamp[] = "google.protobuf.Timestamp";
constexpr char kDuration[] = "google.protobuf.Duration";

bool IsMessage(const FieldDescriptor* field, absl::string_view type) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field->message_type()->full_name() == type;
}

absl::Status Not(const Token& token, absl::string_view kind) {
  return FilterError(token.position, absl::StrCat("not ", kind));
}

// "SiteState" → "SITE_STATE_", as the style guide prefixes enum values.
std::string EnumPrefix(absl::string_view name) {
  std::string prefix;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isupper(byte) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(byte);
  }
  return prefix + "_";
}

absl::StatusOr<FilterValue> ParseEnum(const FieldDescriptor* field,
                                      const Token& token) {
  const auto* type = field->enum_type();
  const auto* value = type->FindValueByName(token.text);
  if (value == nullptr) {
    value = type->FindValueByName(
        absl::StrCat(EnumPrefix(type->name()), token.text));
  }
  if (value == nullptr) return Not(token, "a value of this enum");
  FilterValue parsed;
  parsed.integer = value->number();
  return parsed;
}

absl::StatusOr<FilterValue> ParseTimeValue(const Token& token) {
  const auto time = ParseTime("filter", token.text);
  if (!time.ok()) return Not(token, "a time like \"2023-12-31T12:00:00Z\"");
  const auto timestamp = ToTimestamp(*time);
  FilterValue parsed;
  parsed.integer = timestamp.seconds();
  parsed.nanos = timestamp.nanos();
  return parsed;
}

absl::StatusOr<FilterValue> ParseDurationValue(const Token& token) {
  absl::Duration duration;
  if (!absl::ParseDuration(token.text, &duration)) {
    return Not(token, "a duration like 90s");
  }
  const auto proto = ToDuration(duration);
  FilterValue parsed;
  parsed.integer = proto.seconds();
  parsed.nanos = proto.nanos();
  return parsed;
}

absl::StatusOr<FilterValue> ParseBool(const Token& token) {
  FilterValue parsed;
  parsed.integer = token.text == "true" ? 1 : 0;
  if (token.text == "true" || token.text == "false") return parsed;
  return Not(token, "true or false");
}

absl::StatusOr<FilterValue> ParseNumber(const FieldDescriptor* field,
                                        const Token& token) {
  FilterValue parsed;
  bool good = false;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      good = absl::SimpleAtoi(token.text, &parsed.integer);
      return good ? absl::StatusOr<FilterValue>(parsed)
                  : Not(token, "a whole number");
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      good = absl::SimpleAtoi(token.text, &parsed.natural);
      return good ? absl::StatusOr<FilterValue>(parsed)
                  : Not(token, "a whole number, zero or more");
    default:
      good = absl::SimpleAtod(token.text, &parsed.real) &&
             std::isfinite(parsed.real);
      return good ? absl::StatusOr<FilterValue>(parsed)
                  : Not(token, "a number");
  }
}

template <typename T>
int Sign(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int CompareSeconds(const Message& time, const FilterValue& value) {
  const auto* type = time.GetDescriptor();
  const auto* reflection = time.GetReflection();
  const std::int64_t seconds =
      reflection->GetInt64(time, type->FindFieldByNumber(1));
  const std::int32_t nanos =
      reflection->GetInt32(time, type->FindFieldByNumber(2));
  const int by_seconds = Sign(seconds, value.integer);
  return by_seconds != 0 ? by_seconds : Sign(nanos, value.nanos);
}

// One getter for singular fields and elements: GET(Int32) reads either.
#define LB_GET(Type)                                 \
  (index < 0 ? reflection->Get##Type(message, field) \
             : reflection->GetRepeated##Type(message, field, index))

std::string GetText(const Message& message, const FieldDescriptor* field,
                    int index) {
  const auto* reflection = message.GetReflection();
  return LB_GET(String);
}

}  // namespace

bool IsComparable(const FieldDescriptor* field) {
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return IsMessage(field, kTimestamp) || IsMessage(field, kDuration);
  }
  return field->type() != FieldDescriptor::TYPE_BYTES;
}

bool IsOrdered(const FieldDescriptor* field) {
  return field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM &&
         field->cpp_type() != FieldDescriptor::CPPTYPE_BOOL;
}

absl::StatusOr<FilterValue> ParseFilterValue(const FieldDescriptor* field,
                                             const Token& token) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      FilterValue value;
      value.text = token.text;
      return value;
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return ParseEnum(field, token);
    case FieldDescriptor::CPPTYPE_BOOL:
      return ParseBool(token);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return IsMessage(field, kTimestamp) ? ParseTimeValue(token)
                                          : ParseDurationValue(token);
    default:
      return ParseNumber(field, token);
  }
}

int CompareField(const Message& message, const FieldDescriptor* field,
                 int index, const FilterValue& value) {
  const auto* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return Sign(GetText(message, field, index), value.text);
    case FieldDescriptor::CPPTYPE_ENUM:
      return Sign<std::int64_t>(LB_GET(EnumValue), value.integer);
    case FieldDescriptor::CPPTYPE_BOOL:
      return Sign<std::int64_t>(LB_GET(Bool), value.integer);
    case FieldDescriptor::CPPTYPE_INT32:
      return Sign<std::int64_t>(LB_GET(Int32), value.integer);
    case FieldDescriptor::CPPTYPE_INT64:
      return Sign<std::int64_t>(LB_GET(Int64), value.integer);
    case FieldDescriptor::CPPTYPE_UINT32:
      return Sign<std::uint64_t>(LB_GET(UInt32), value.natural);
    case FieldDescriptor::CPPTYPE_UINT64:
      return Sign<std::uint64_t>(LB_GET(UInt64), value.natural);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Sign<double>(LB_GET(Float), value.real);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Sign<double>(LB_GET(Double), value.real);
    default:
      return CompareSeconds(LB_GET(Message), value);
  }
}

bool FieldContains(const Message& message, const FieldDescriptor* field,
                   int index, const FilterValue& value) {
  return absl::StrContains(
      absl::AsciiStrToLower(GetText(message, field, index)),
      absl::AsciiStrToLower(value.text));
}

#undef LB_GET

}  // namespace lagesbild::api
