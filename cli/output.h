#ifndef LAGESBILD_CLI_OUTPUT_H_
#define LAGESBILD_CLI_OUTPUT_H_

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "lib/rpc/flags.h"

namespace lagesbild::cli {

// What a command answers people with, and what programs.
enum class Format { kText, kJson };

// --format text|json. Another value is refused with the other flags, before the
// command has done anything.
struct FormatFlag {
  Format value = Format::kText;
  void AddTo(rpc::Flags* flags);
  bool json() const { return value == Format::kJson; }
};

// Columns as wide as their widest cell; numbers are right-aligned. Widths count
// characters, not bytes.
class Table {
 public:
  explicit Table(std::vector<std::string> header);
  void Add(std::vector<std::string> row);
  void Print(std::FILE* out) const;
  bool empty() const { return rows_.size() == 1; }

 private:
  std::vector<std::vector<std::string>> rows_;  // the header first
};

// A message as JSON on one line, with the names of the contract; enums by name.
std::string ToJson(const google::protobuf::Message& message);

// Control characters of foreign text made harmless for a terminal.
std::string Printable(absl::string_view text);

// "12.3".
std::string Decimal(double value, int digits = 1);

// The part of a resource name after its last slash.
std::string ShortName(absl::string_view name);

// "lagesbild: …", and each of several faulty fields on a line of its own.
std::string ErrorText(const absl::Status& status);

// Prints the error's text, if it is one, to stderr; returns the exit code: 0
// for OK.
int Report(const absl::Status& status);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_OUTPUT_H_
