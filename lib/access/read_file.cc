#include "lib/access/read_file.h"

#include <fstream>

#include "absl/strings/str_cat.h"

namespace lagesbild::access {

absl::StatusOr<std::string> ReadSmallFile(const std::string& path,
                                          size_t max_bytes) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat(path, ": cannot be opened"));
  std::string bytes(max_bytes + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.bad()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": cannot be read"));
  }
  if (!in.eof()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": is larger than ", max_bytes, " bytes"));
  }
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

}  // namespace lagesbild::access
