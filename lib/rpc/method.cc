#include "lib/rpc/method.h"

#include <utility>

#include "lib/base/status.h"

namespace lagesbild::rpc {

MethodStats::MethodStats(std::string method, Metrics* metrics)
    : method_(std::move(method)),
      metrics_(metrics),
      seconds_(metrics == nullptr
                   ? nullptr
                   : metrics->GetHistogram(kSecondsMetric,
                                           "Time from request to answer.",
                                           {{"method", method_}})) {}

void MethodStats::Count(absl::StatusCode code, absl::Duration took) {
  if (metrics_ == nullptr) return;
  seconds_->Observe(took);
  ForCode(code)->Add();
}

Counter* MethodStats::ForCode(absl::StatusCode code) {
  const int index = static_cast<int>(code);
  auto& slot = by_code_[index >= 0 && index < kCodes ? index : 2];
  Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = metrics_->GetCounter(
        kCallsMetric, "Calls answered.",
        {{"method", method_}, {"code", absl::StatusCodeToString(code)}});
    slot.store(counter, std::memory_order_release);
  }
  return counter;
}

void MethodState::Ended(absl::string_view agency, const absl::Status& status,
                        absl::Duration took, std::int64_t request_bytes) const {
  stats.Count(status.code(), took);
  if (access_log == nullptr) return;
  access_log->Write({.method = name,
                     .agency = agency,
                     .code = status.code(),
                     .reason = base::ReasonOf(status),
                     .took = took,
                     .request_bytes = request_bytes});
}

}  // namespace lagesbild::rpc
