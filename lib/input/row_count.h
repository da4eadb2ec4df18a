#ifndef LAGESBILD_LIB_INPUT_ROW_COUNT_H_
#define LAGESBILD_LIB_INPUT_ROW_COUNT_H_

#include <cstdint>

#include "absl/status/status.h"

namespace lagesbild::input {

// Whether an import came whole: its first message states how many rows there
// are in all. INVALID_ARGUMENT naming `expected_rows` where it states none, or
// another number came.
absl::Status CheckRowCount(std::int64_t expected_rows, std::int64_t came);

}  // namespace lagesbild::input

#endif  // LAGESBILD_LIB_INPUT_ROW_COUNT_H_
