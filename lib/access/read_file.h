#ifndef LAGESBILD_LIB_ACCESS_READ_FILE_H_
#define LAGESBILD_LIB_ACCESS_READ_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace lagesbild::access {

// The bytes of a file. NOT_FOUND when it cannot be opened, FAILED_PRECONDITION
// when it cannot be read or holds more than `max_bytes`.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path,
                                          size_t max_bytes);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_READ_FILE_H_
