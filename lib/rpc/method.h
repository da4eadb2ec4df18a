#ifndef LAGESBILD_LIB_RPC_METHOD_H_
#define LAGESBILD_LIB_RPC_METHOD_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/metrics.h"

namespace lagesbild::rpc {

inline constexpr char kCallsMetric[] = "lagesbild_rpc_calls_total";
inline constexpr char kSecondsMetric[] = "lagesbild_rpc_seconds";

// The series of one method. Thread-safe.
class MethodStats {
 public:
  // Null `metrics`: counts nothing. Not owned.
  MethodStats(std::string method, Metrics* metrics);
  void Count(absl::StatusCode code, absl::Duration took);

 private:
  static constexpr int kCodes = 17;
  Counter* ForCode(absl::StatusCode code);

  const std::string method_;
  Metrics* const metrics_;
  Histogram* const seconds_;
  // Made when a code is first seen.
  std::array<std::atomic<Counter*>, kCodes> by_code_ = {};
};

// What the wrapper knows of one method.
struct MethodState {
  MethodState(std::string name, Metrics* metrics, AccessLog* log)
      : name(name), stats(std::move(name), metrics), access_log(log) {}

  // A call by `agency` has ended: counts it and logs it.
  void Ended(absl::string_view agency, const absl::Status& status,
             absl::Duration took, std::int64_t request_bytes) const;

  const std::string name;  // "SiteRegistry.GetSite"
  std::string path;        // "/lagesbild.registry.v1.SiteRegistry/GetSite"
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  bool reads = false;  // idempotency_level = NO_SIDE_EFFECTS
  mutable MethodStats stats;
  AccessLog* const access_log;  // may be null
  mutable std::atomic<int> calls_alive = 0;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_METHOD_H_
