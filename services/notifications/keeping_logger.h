#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_KEEPING_LOGGER_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_KEEPING_LOGGER_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"

namespace lagesbild::notifications {

// For tests: keeps what was logged. Thread-safe.
class KeepingLogger final : public base::Logger {
 public:
  void Log(base::Severity, absl::string_view event,
           const base::LogFields& fields) override {
    base::MutexLock lock(&mutex_);
    absl::StrAppend(&text_, event, "\n");
    for (const auto& [name, value] : fields) {
      absl::StrAppend(&text_, name, "=", value, "\n");
    }
  }
  std::string text() const {
    base::MutexLock lock(&mutex_);
    return text_;
  }

 private:
  mutable base::Mutex mutex_;
  std::string text_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_KEEPING_LOGGER_H_
