#include "lib/watch/random.h"

#include <memory>
#include <random>

#include "lib/base/mutex.h"

namespace lagesbild::watch {
namespace {

struct Generator {
  base::Mutex mutex;
  std::mt19937_64 engine ABSL_GUARDED_BY(mutex){std::random_device{}()};
};

}  // namespace

std::function<double()> NewRandom() {
  return [generator = std::make_shared<Generator>()] {
    base::MutexLock lock(&generator->mutex);
    return std::uniform_real_distribution<double>()(generator->engine);
  };
}

}  // namespace lagesbild::watch
