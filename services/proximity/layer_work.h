#ifndef LAGESBILD_SERVICES_PROXIMITY_LAYER_WORK_H_
#define LAGESBILD_SERVICES_PROXIMITY_LAYER_WORK_H_

#include <map>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/mutex.h"
#include "services/proximity/backend.h"
#include "services/proximity/layer_build.h"

namespace lagesbild::proximity {

// Finds the exposures of layers that have a new rule, on a thread of its own,
// and puts them in place of the old ones in one commit. A rule that is still to
// come after a restart is found again; of several replicas the first one that
// is done commits. Thread-safe.
class LayerWork {
 public:
  // A rule that has more than `most` exposures is refused.
  LayerWork(const Backend& backend, std::size_t most);
  ~LayerWork() { Stop(); }

  // Looks whether a rule is to come; returns at once.
  void Wake();
  // Begins nothing new; returns at once.
  void Retire();
  // No commit comes from here any more when it returns. Idempotent.
  void Stop();

  // The share of the sites that have been looked at for the layer; 0 before.
  double ProgressOf(const std::string& layer) const;

 private:
  void Run();
  // False when the work is stopped.
  bool AwaitWork();
  bool Stopping() const;
  // The first layer that has a rule to come.
  std::optional<LayerBuild> NextBuild() const;
  bool Note(const std::string& layer, double share);
  absl::Status Commit(const LayerBuild& build);

  const Backend backend_;
  const std::size_t most_;
  mutable base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool wanted_ ABSL_GUARDED_BY(mutex_) = true;
  std::map<std::string, double> progress_ ABSL_GUARDED_BY(mutex_);
  // Layers whose commit failed, and until when the others come first; by the
  // monotonic clock. The thread's own.
  std::map<std::string, absl::Duration> not_before_;
  std::thread thread_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_LAYER_WORK_H_
