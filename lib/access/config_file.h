#ifndef LAGESBILD_LIB_ACCESS_CONFIG_FILE_H_
#define LAGESBILD_LIB_ACCESS_CONFIG_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "lib/access/read_file.h"

namespace lagesbild::access {

// A configuration file is small; anything larger is a mistake.
inline constexpr size_t kMaxConfigBytes = 4 << 20;

// Reads textproto. INVALID_ARGUMENT with "line 3, column 7: …" for every fault.
absl::Status ParseTextproto(absl::string_view text,
                            google::protobuf::Message* message);

// `parsed`, its error prefixed with the file's path.
template <typename T>
absl::StatusOr<T> WithPath(const std::string& path, absl::StatusOr<T> parsed) {
  if (parsed.ok()) return parsed;
  return absl::Status(parsed.status().code(),
                      absl::StrCat(path, ": ", parsed.status().message()));
}

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_CONFIG_FILE_H_
