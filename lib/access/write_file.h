#ifndef LAGESBILD_LIB_ACCESS_WRITE_FILE_H_
#define LAGESBILD_LIB_ACCESS_WRITE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lagesbild::access {

enum class FileSecrecy {
  kOpen,   // everyone may read it
  kSecret  // its owner alone may read it, from its first byte on
};

// Replaces the file as a whole: a reader sees the old or the new one.
// FAILED_PRECONDITION when it cannot be written.
absl::Status ReplaceFile(const std::string& path, absl::string_view bytes,
                         FileSecrecy secrecy);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_WRITE_FILE_H_
