#include "lib/access/config_file.h"

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
