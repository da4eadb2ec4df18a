#ifndef LAGESBILD_BENCH_MUST_H_
#define LAGESBILD_BENCH_MUST_H_

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace lagesbild::bench {

// A figure of something that failed half-way would be worse than none: says
// what is wrong and ends the program.
inline void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::exit(1);
}

template <typename T>
T Must(absl::StatusOr<T> value) {
  Must(value.status());
  return *std::move(value);
}

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_MUST_H_
