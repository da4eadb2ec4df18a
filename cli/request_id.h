#ifndef LAGESBILD_CLI_REQUEST_ID_H_
#define LAGESBILD_CLI_REQUEST_ID_H_

#include <string>

#include "absl/status/status.h"
#include "lib/rpc/flags.h"

namespace lagesbild::cli {

// --request-id, by which the suite knows a repeat of a write and answers it as
// the first time.
class RequestIdFlag {
 public:
  void AddTo(rpc::Flags* flags);

  // As given, or a new one; the same every time.
  const std::string& value();

  // An error that leaves open whether the write took place says how to repeat
  // it without doubling; any other is left as it is.
  absl::Status Explained(const absl::Status& status);

 private:
  std::string value_;
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_REQUEST_ID_H_
