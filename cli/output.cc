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
  flags->Add("format", "text for people, json for programs", "text",
             [this](const std::string& text) {
               if (text != "text" && text != "json") {
                 return absl::InvalidArgumentError(absl::StrCat(
                     "'", Printable(text), "' is not text or json"));
               }
               value = text == "json" ? Format::kJson : Format::kText;
               return absl::OkStatus();
             });
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

std::string ErrorText(const absl::Status& status) {
  base::ErrorDetail detail = base::DetailOf(status);
  const std::string hint = detail.reason == base::kLikelyDuplicate
                               ? "; --allow-duplicates takes them all the same"
                               : "";
  if (detail.violations.size() < 2) {
    return absl::StrCat("lagesbild: ", Printable(Explained(status)), hint,
                        "\n");
  }
  const std::string file = detail.metadata["file"];
  const std::string named = absl::StrCat(detail.violations.size());
  const std::string found = detail.metadata["faults"];
  const bool all = found.empty() || found == named;
  std::string text = absl::StrCat(
      "lagesbild: ", Printable(file), file.empty() ? "" : ": ",
      all ? named : found, " faults", hint, all ? ":\n" : "; the first:\n");
  for (const base::FieldViolation& v : detail.violations) {
    absl::StrAppend(&text, "  ", Printable(v.field), ": ",
                    Printable(v.description), "\n");
  }
  return text;
}

int Report(const absl::Status& status) {
  if (status.ok()) return 0;
  std::fputs(ErrorText(status).c_str(), stderr);
  return 1;
}

}  // namespace lagesbild::cli
