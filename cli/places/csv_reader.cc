#include "cli/places/csv_reader.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "lib/api/utf8.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

constexpr char kSeparators[] = {',', ';', '\t'};
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(const CsvRecord& record) {
  return record.cells.size() == 1 && record.cells.front().empty();
}

}  // namespace

std::optional<char> FindSeparator(absl::string_view head) {
  size_t counts[std::size(kSeparators)] = {};
  bool quoted = false;
  for (const char c : head) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    const auto found =
        std::find(std::begin(kSeparators), std::end(kSeparators), c);
    if (found != std::end(kSeparators)) {
      ++counts[found - std::begin(kSeparators)];
    }
  }
  const auto most = std::max_element(std::begin(counts), std::end(counts));
  if (*most == 0) return std::nullopt;
  return kSeparators[most - std::begin(counts)];
}

CsvReader::CsvReader(std::istream* in, char separator)
    : in_(in->rdbuf()), separator_(separator) {
  if (in_->sgetc() != static_cast<unsigned char>(kByteOrderMark[0])) return;
  for (size_t i = 0; i < kByteOrderMark.size(); ++i) in_->sbumpc();
}

int CsvReader::Get() {
  int c = in_->sbumpc();
  if (c == '\r' && in_->sgetc() == '\n') c = in_->sbumpc();
  if (c == '\n') ++line_;
  return c;
}

absl::Status CsvReader::InLine(absl::string_view what) const {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", record_line_, ": ", what));
}

absl::Status CsvReader::Append(int c) {
  if (++record_bytes_ > kMaxCsvRecordBytes) {
    return InLine("the record is too long; is a quote not closed?");
  }
  cell_.push_back(static_cast<char>(c));
  return absl::OkStatus();
}

absl::StatusOr<CsvReader::CellEnd> CsvReader::ReadPlain(int first) {
  for (int c = first;; c = Get()) {
    if (c == EOF) return CellEnd::kFile;
    if (c == '\n') return CellEnd::kLine;
    if (c == separator_) return CellEnd::kSeparator;
    LB_RETURN_IF_ERROR(Append(c));
  }
}

// After the opening quote.
absl::StatusOr<CsvReader::CellEnd> CsvReader::ReadQuoted() {
  for (int c = Get();; c = Get()) {
    if (c == EOF) return InLine("a quote is not closed");
    if (c == '"') {
      c = Get();
      if (c == EOF) return CellEnd::kFile;
      if (c == '\n') return CellEnd::kLine;
      if (c == separator_) return CellEnd::kSeparator;
      if (c != '"') return InLine("text follows a closed quote");
    }
    LB_RETURN_IF_ERROR(Append(c));
  }
}

absl::StatusOr<CsvReader::CellEnd> CsvReader::ReadCell() {
  cell_.clear();
  const int first = Get();
  if (first == '"') return ReadQuoted();
  return ReadPlain(first);
}

absl::StatusOr<CsvRecord> CsvReader::ReadRecord() {
  CsvRecord record;
  record.line = record_line_ = line_;
  record_bytes_ = 0;
  CellEnd end = CellEnd::kSeparator;
  while (end == CellEnd::kSeparator) {
    LB_ASSIGN_OR_RETURN(end, ReadCell());
    if (!api::IsValidUtf8(cell_)) {
      return InLine("is not UTF-8; save the file with that encoding");
    }
    record.cells.emplace_back(absl::StripAsciiWhitespace(cell_));
    if (record.cells.size() > kMaxCsvCells) return InLine("too many cells");
  }
  return record;
}

absl::StatusOr<std::optional<CsvRecord>> CsvReader::Next() {
  while (in_->sgetc() != EOF) {
    LB_ASSIGN_OR_RETURN(CsvRecord record, ReadRecord());
    if (!IsBlank(record)) return std::optional<CsvRecord>(std::move(record));
  }
  return std::optional<CsvRecord>();
}

}  // namespace lagesbild::cli
