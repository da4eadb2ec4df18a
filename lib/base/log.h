#ifndef LAGESBILD_LIB_BASE_LOG_H_
#define LAGESBILD_LIB_BASE_LOG_H_

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "lib/base/clock.h"
#include "lib/base/mutex.h"

namespace lagesbild::base {

enum class Severity { kInfo, kWarning, kError };

// A log line's facts: names and values. Never a secret, never a payload.
using LogFields = std::vector<std::pair<std::string, std::string>>;

// Where a component tells operators what it does. Thread-safe.
class Logger {
 public:
  virtual ~Logger() = default;

  // `event` is a fixed phrase to search for ("follower resumed"), `fields` what
  // varies.
  virtual void Log(Severity severity, absl::string_view event,
                   const LogFields& fields) = 0;

  void Info(absl::string_view event, const LogFields& fields = {}) {
    Log(Severity::kInfo, event, fields);
  }
  void Warn(absl::string_view event, const LogFields& fields = {}) {
    Log(Severity::kWarning, event, fields);
  }
  void Error(absl::string_view event, const LogFields& fields = {}) {
    Log(Severity::kError, event, fields);
  }
};

// One JSON object a line: {"time","severity","event",…}. Does not own `out` or
// `clock`.
class JsonLogger final : public Logger {
 public:
  JsonLogger(std::FILE* out, const Clock* clock) : out_(out), clock_(clock) {}
  void Log(Severity severity, absl::string_view event,
           const LogFields& fields) override;

 private:
  Mutex mutex_;
  std::FILE* const out_;
  const Clock* const clock_;
};

// Says nothing.
class NullLogger final : public Logger {
 public:
  void Log(Severity, absl::string_view, const LogFields&) override {}
};

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_LOG_H_
