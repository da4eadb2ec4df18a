#ifndef LAGESBILD_CLI_PLACES_READING_PROGRESS_H_
#define LAGESBILD_CLI_PLACES_READING_PROGRESS_H_

#include <cstdint>
#include <cstdio>
#include <string>

#include "lib/base/clock.h"

namespace lagesbild::cli {

// Says how far a long reading is: nothing at first, then on one line that is
// written over where `out` is a terminal, else on a line now and then.
class ReadingProgress {
 public:
  // Both outlive it.
  ReadingProgress(const base::Clock* clock, std::FILE* out);
  ~ReadingProgress();
  ReadingProgress(const ReadingProgress&) = delete;
  ReadingProgress& operator=(const ReadingProgress&) = delete;

  // `done` of `total` bytes or files. Cheap: call it as often as you like.
  void At(int records, std::uint64_t done, std::uint64_t total);

 private:
  const base::Clock* const clock_;
  std::FILE* const out_;
  const bool terminal_;
  absl::Duration next_;  // monotonic time of the next line
  bool open_ = false;    // a line that is written over is there
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_READING_PROGRESS_H_
