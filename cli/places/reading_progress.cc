#include "cli/places/reading_progress.h"

#include <unistd.h>

namespace lagesbild::cli {
namespace {

constexpr absl::Duration kFirst = absl::Seconds(2);
constexpr absl::Duration kOnTerminal = absl::Milliseconds(200);
constexpr absl::Duration kElsewhere = absl::Seconds(10);

}  // namespace

ReadingProgress::ReadingProgress(const base::Clock* clock, std::FILE* out)
    : clock_(clock),
      out_(out),
      terminal_(isatty(fileno(out)) != 0),
      next_(clock->Monotonic() + kFirst) {}

ReadingProgress::~ReadingProgress() {
  if (open_) std::fputc('\n', out_);
}

void ReadingProgress::At(int records, std::uint64_t done, std::uint64_t total) {
  const absl::Duration now = clock_->Monotonic();
  if (now < next_ || total == 0) return;
  next_ = now + (terminal_ ? kOnTerminal : kElsewhere);
  std::fprintf(out_, "%sread %d records, %d %%%s", terminal_ ? "\r" : "",
               records, static_cast<int>(100 * done / total),
               terminal_ ? "" : "\n");
  std::fflush(out_);
  open_ = terminal_;
}

}  // namespace lagesbild::cli
