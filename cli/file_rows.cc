#include "cli/file_rows.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

// What the services call the rows of a stream.
constexpr absl::string_view kStreams[] = {"rows[", "places[", "areas["};

// "rows[12]" somewhere in a text.
struct Mention {
  size_t begin = 0;
  size_t end = 0;
  int row = 0;
};

std::optional<Mention> ReadMention(absl::string_view text, size_t begin) {
  if (begin > 0 && absl::ascii_isalnum(text[begin - 1])) return std::nullopt;
  for (const absl::string_view stream : kStreams) {
    absl::string_view rest = text.substr(begin);
    if (!absl::ConsumePrefix(&rest, stream)) continue;
    const size_t close = rest.find(']');
    Mention found{begin, begin + stream.size() + close + 1, 0};
    if (close != absl::string_view::npos &&
        absl::SimpleAtoi(rest.substr(0, close), &found.row)) {
      return found;
    }
  }
  return std::nullopt;
}

std::optional<Mention> FindMention(absl::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (const auto found = ReadMention(text, at)) return found;
  }
  return std::nullopt;
}

// 0 for a row that was never sent.
int FileRow(const FileRows& rows, int number) {
  const FileRows::Row* row = rows.Find(number);
  return row == nullptr ? 0 : row->row;
}

// Every "places[2]" of a sentence as "row 7".
std::string Sentence(const FileRows& rows, absl::string_view text) {
  std::string out;
  while (const auto found = FindMention(text)) {
    absl::StrAppend(&out, text.substr(0, found->begin), "row ",
                    FileRow(rows, found->row));
    text.remove_prefix(found->end);
  }
  return absl::StrCat(out, text);
}

base::FieldViolation InFileRow(const FileRows& rows,
                               const base::FieldViolation& violation) {
  const auto found = FindMention(violation.field);
  const FileRows::Row* row = found ? rows.Find(found->row) : nullptr;
  if (row == nullptr || found->begin > 0) return violation;
  absl::string_view rest = absl::string_view(violation.field);
  rest.remove_prefix(found->end);
  absl::ConsumePrefix(&rest, ".site");
  return {absl::StrCat(row->at, rest),
          absl::StrCat("row ", row->row, ": ",
                       Sentence(rows, violation.description))};
}

}  // namespace

absl::Status InFileRows(const FileRows& rows, const absl::Status& status) {
  if (status.ok()) return status;
  base::ErrorDetail detail = base::DetailOf(status);
  for (base::FieldViolation& violation : detail.violations) {
    violation = InFileRow(rows, violation);
  }
  const absl::Status fields = base::InvalidFields(detail.violations);
  return base::WithDetail(
      absl::Status(status.code(), fields.ok() ? Sentence(rows, status.message())
                                              : std::string(fields.message())),
      detail);
}

void ToFileRows(const FileRows& rows,
                proximity::v1::ImportPlacesResponse* summary) {
  for (auto& flag : *summary->mutable_flags()) {
    flag.set_row(FileRow(rows, flag.row()));
  }
}

}  // namespace lagesbild::cli
