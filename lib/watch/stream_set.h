#ifndef LAGESBILD_LIB_WATCH_STREAM_SET_H_
#define LAGESBILD_LIB_WATCH_STREAM_SET_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/mutex.h"
#include "lib/watch/log_window.h"
#include "lib/watch/shared_rendering.h"
#include "lib/watch/watch_hub.h"

namespace lagesbild::watch {

class WatchStream;

// What the streams of one hub share: the log in memory, the rendered bytes, one
// thread that wakes and times them, and the executor. A stream belongs to the
// set from Add to Remove. Thread-safe.
class StreamSet final : public view::ViewListener,
                        public std::enable_shared_from_this<StreamSet> {
 public:
  StreamSet(ledger::Ledger* ledger, const base::Clock* clock,
            base::Executor* executor, base::Executor* storage,
            base::Logger* logger, WatchHubOptions options);
  ~StreamSet() override;

  void Start();
  // Ends the thread and waits for what runs on the executor.
  void Stop();

  // The stream's reactor, or the refusal.
  WatchReactor* Open(grpc::CallbackServerContext* context,
                     WatchRequest request);
  void Remove(WatchStream* stream);
  void Drain();
  int size() const;

  void OnRevision(
      std::shared_ptr<const ledger::RevisionChanges> changes) override;
  void OnReload(const ledger::Head& head) override;

  enum class Needs {
    kRenderer,  // takes its time
    kStorage,   // may wait for the ledger
  };
  // Runs `job` on a thread for what it needs; drops it once the set stops.
  void RunJob(Needs needs, std::function<void()> job);

  // For the streams.
  LogWindow& window() { return window_; }
  ledger::Ledger* ledger() const { return ledger_; }
  const base::Clock* clock() const { return clock_; }
  base::Logger* logger() const { return logger_; }
  const WatchHubOptions& options() const { return options_; }
  grpc::Status ToGrpc(const absl::Status& status) const;

 private:
  using Streams = std::vector<std::shared_ptr<WatchStream>>;

  void Work();
  bool WaitForWork();
  absl::Status Admit() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes the request, unless the stream is refused.
  absl::StatusOr<std::shared_ptr<WatchStream>> Add(
      grpc::CallbackServerContext* context, WatchRequest* request);
  std::shared_ptr<SharedRendering> RenderingFor(
      const std::shared_ptr<Renderer>& renderer)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Streams All() const;
  absl::Duration NewAge() const;
  void EndJob();

  ledger::Ledger* const ledger_;
  const base::Clock* const clock_;
  base::Executor* const executor_;
  base::Executor* const storage_;
  base::Logger* const logger_;
  const WatchHubOptions options_;
  LogWindow window_;

  mutable base::Mutex mutex_;
  base::CondVar wake_;
  base::CondVar jobs_done_;
  std::map<WatchStream*, std::shared_ptr<WatchStream>> streams_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::weak_ptr<SharedRendering>> renderings_
      ABSL_GUARDED_BY(mutex_);
  Origin origin_ ABSL_GUARDED_BY(mutex_);
  bool reloading_ ABSL_GUARDED_BY(mutex_) = false;
  bool news_ ABSL_GUARDED_BY(mutex_) = false;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int jobs_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_STREAM_SET_H_
