#ifndef LAGESBILD_LIB_PROCESS_RUNTIME_H_
#define LAGESBILD_LIB_PROCESS_RUNTIME_H_

#include <cstdio>

#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/handler.h"
#include "lib/rpc/metrics.h"

namespace lagesbild::process {

// What a process has once and lends to all that it runs: the system's clock,
// random ids, logs as JSON lines, and counters. Outlives what it lends to.
class Runtime {
 public:
  // Logs go to `log`, which is not owned.
  explicit Runtime(std::FILE* log)
      : logger_(log, &clock_), calls_(log, &clock_) {}

  const base::Clock* clock() const { return &clock_; }
  base::IdSource* ids() { return &ids_; }
  base::Logger* logger() { return &logger_; }
  rpc::AccessLog* access_log() { return &calls_; }
  rpc::Metrics* metrics() { return &metrics_; }

  // For a component whose callers `identify` tells.
  rpc::HandlerOptions Handlers(rpc::Identify identify);

 private:
  base::SystemClock clock_;
  base::RandomIds ids_;
  base::JsonLogger logger_;
  rpc::JsonAccessLog calls_;
  rpc::Metrics metrics_;
};

}  // namespace lagesbild::process

#endif  // LAGESBILD_LIB_PROCESS_RUNTIME_H_
