#include "lib/process/runtime.h"

#include <utility>

namespace lagesbild::process {

rpc::HandlerOptions Runtime::Handlers(rpc::Identify identify) {
  rpc::HandlerOptions options;
  options.clock = &clock_;
  options.logger = &logger_;
  options.access_log = &calls_;
  options.metrics = &metrics_;
  options.identify = std::move(identify);
  return options;
}

}  // namespace lagesbild::process
