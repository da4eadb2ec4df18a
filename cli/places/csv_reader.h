#ifndef LAGESBILD_CLI_PLACES_CSV_READER_H_
#define LAGESBILD_CLI_PLACES_CSV_READER_H_

#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lagesbild::cli {

// A record of more bytes or cells than these is no record of a table: an
// unclosed quote swallows the rest of a file.
inline constexpr size_t kMaxCsvRecordBytes = 1 << 20;
inline constexpr size_t kMaxCsvCells = 1000;

struct CsvRecord {
  int line = 0;  // of its first character, from 1
  std::vector<std::string> cells;
};

// The comma, semicolon or tab that separates the cells of a text that begins
// with `head`: the one that stands most in the first line outside quotes.
// nullopt when none does.
std::optional<char> FindSeparator(absl::string_view head);

// Reads a table (RFC 4180, lines that end in LF or CRLF, a byte order mark
// passed over), one record at a time; a quoted cell may hold line breaks. Cells
// are trimmed. Not thread-safe.
class CsvReader {
 public:
  // `in` outlives the reader.
  CsvReader(std::istream* in, char separator);

  // The next record that is not blank, or nullopt at the end. INVALID_ARGUMENT
  // with the line for a quote that is not closed, what follows a closed one, a
  // record beyond the limits and text that is not UTF-8.
  absl::StatusOr<std::optional<CsvRecord>> Next();

 private:
  enum class CellEnd { kSeparator, kLine, kFile };

  // The next cell, into `cell_`.
  absl::StatusOr<CellEnd> ReadCell();
  absl::StatusOr<CellEnd> ReadPlain(int first);
  absl::StatusOr<CellEnd> ReadQuoted();
  absl::StatusOr<CsvRecord> ReadRecord();
  absl::Status Append(int c);
  absl::Status InLine(absl::string_view what) const;
  // The next character with CRLF as LF; EOF at the end.
  int Get();

  std::streambuf* const in_;
  const char separator_;
  int line_ = 1;
  int record_line_ = 1;
  size_t record_bytes_ = 0;
  std::string cell_;
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_CSV_READER_H_
