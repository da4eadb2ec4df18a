#include "cli/output.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/util/json_util.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

constexpr int kGap = 2;

int Width(const std::string& text) {
  int width = 0;
  for (const unsigned char c : text) width += (c & 0xC0) != 0x80;
  return width;
}

bool IsNumber(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(c) || c == '.' || c == '-';
  });
}

std::string Pad(const std::string& cell, int width) {
  const std::string space(std::max(0, width - Width(cell)), ' ');
  return IsNumber(cell) ? space + cell : cell + space;
}

// What a person would rather read than the code's name.
std::string Explained(const absl::Status& status) {
  const std::string message(status.message());
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return absl::StrCat("cannot reach the service: ", message);
    case absl::StatusCode::kUnauthenticated:
      return absl::StrCat("not signed in: ", message);
    case absl::StatusCode::kPermissionDenied:
      return absl::StrCat("not allowed: ", message);
    default:
      return message.empty() ? absl::StatusCodeToString(status.code())
                             : message;
  }
}

}  // namespace

void FormatFlag::AddTo(rpc::Flags* flags) {
  flags->Add("format", "text for people, json for programs", &value);
}

absl::StatusOr<Format> FormatFlag::Parse() const {
  if (value == "text") return Format::kText;
  if (value == "json") return Format::kJson;
  return absl::InvalidArgumentError(
      absl::StrCat("--format is text or json, not '", Printable(value), "'"));
}

Table::Table(std::vector<std::string> header) { Add(std::move(header)); }

void Table::Add(std::vector<std::string> row) {
  for (std::string& cell : row) cell = Printable(cell);
  rows_.push_back(std::move(row));
}

void Table::Print(std::FILE* out) const {
  std::vector<int> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Width(row[i]));
    }
  }
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      absl::StrAppend(&line, Pad(row[i], widths[i]), std::string(kGap, ' '));
    }
    absl::StripTrailingAsciiWhitespace(&line);
    std::fprintf(out, "%s\n", line.c_str());
  }
}

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : "{}";
}

std::string Printable(absl::string_view text) {
  std::string out;
  for (const char c : text) out.push_back(absl::ascii_iscntrl(c) ? ' ' : c);
  return out;
}

std::string Decimal(double value, int digits) {
  return absl::StrFormat("%.*f", digits, value);
}

std::string ShortName(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return std::string(slash == absl::string_view::npos ? name
                                                      : name.substr(slash + 1));
}

int Report(const absl::Status& status) {
  if (status.ok()) return 0;
  const base::ErrorDetail detail = base::DetailOf(status);
  if (detail.violations.size() < 2) {
    std::fprintf(stderr, "lagesbild: %s\n",
                 Printable(Explained(status)).c_str());
    return 1;
  }
  std::fprintf(stderr, "lagesbild: %zu faults:\n", detail.violations.size());
  for (const base::FieldViolation& v : detail.violations) {
    std::fprintf(stderr, "  %s: %s\n", Printable(v.field).c_str(),
                 Printable(v.description).c_str());
  }
  return 1;
}

}  // namespace lagesbild::cli
