#ifndef LAGESBILD_LIB_RPC_ACCESS_LOG_H_
#define LAGESBILD_LIB_RPC_ACCESS_LOG_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/mutex.h"

namespace lagesbild::rpc {

// One call that has ended. No payload, no token, no message text.
struct AccessEntry {
  absl::string_view method;  // "SiteRegistry.GetSite"
  absl::string_view agency;  // or "suite:registry"; empty: not known
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string reason;  // empty: none
  absl::Duration took;
  std::int64_t request_bytes = 0;
};

// Where the one line about each call goes. Thread-safe; Write never blocks.
class AccessLog {
 public:
  virtual ~AccessLog() = default;
  virtual void Write(const AccessEntry& entry) = 0;
};

// JSON lines: {"time","event":"call","method","agency","code","reason","ms",
// "bytes"}. Lines are gathered and written by a thread of its own several times
// a second, and at the end. When writing falls kMaxPendingBytes behind, lines
// are counted instead, and the count is logged.
class JsonAccessLog final : public AccessLog {
 public:
  static constexpr std::size_t kMaxPendingBytes = 8 << 20;

  // Owns neither.
  JsonAccessLog(std::FILE* out, const base::Clock* clock);
  ~JsonAccessLog() override;
  void Write(const AccessEntry& entry) override;

 private:
  void Run();
  // Waits for lines; false when these are the last.
  bool Gather(std::string* lines);

  std::FILE* const out_;
  const base::Clock* const clock_;
  base::Mutex mutex_;
  base::CondVar wake_;
  std::string pending_ ABSL_GUARDED_BY(mutex_);
  std::int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread writer_;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_ACCESS_LOG_H_
