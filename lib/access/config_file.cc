#include "lib/access/config_file.h"

#include <fstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace lagesbild::access {
namespace {

class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    // Counted from 0; a negative line means the message as a whole.
    const std::string place =
        line < 0
            ? ""
            : absl::StrCat("line ", line + 1, ", column ", column + 1, ": ");
    faults_.push_back(absl::StrCat(place, message));
  }

  std::string Faults() const { return absl::StrJoin(faults_, "; "); }

 private:
  std::vector<std::string> faults_;
};

}  // namespace

absl::StatusOr<std::string> ReadSmallFile(const std::string& path,
                                          size_t max_bytes) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat(path, ": cannot be opened"));
  std::string bytes(max_bytes + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.bad() || !in.eof()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, in.bad() ? ": cannot be read" : ": is larger than ",
                     in.bad() ? "" : absl::StrCat(max_bytes, " bytes")));
  }
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

absl::Status ParseTextproto(absl::string_view text,
                            google::protobuf::Message* message) {
  Collector collector;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  if (parser.ParseFromString(std::string(text), message)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(collector.Faults());
}

}  // namespace lagesbild::access
