#ifndef LAGESBILD_LIB_RPC_METRICS_H_
#define LAGESBILD_LIB_RPC_METRICS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/base/mutex.h"

namespace lagesbild::rpc {

// Only goes up. Thread-safe, wait-free.
class Counter {
 public:
  void Add(std::int64_t by = 1) {
    value_.fetch_add(by, std::memory_order_relaxed);
  }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

// Goes both ways. Thread-safe, wait-free.
class Gauge {
 public:
  void Set(std::int64_t to) { value_.store(to, std::memory_order_relaxed); }
  void Add(std::int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

// Durations in fixed buckets from 100 µs to 30 s. Thread-safe, wait-free.
class Histogram {
 public:
  static constexpr int kBuckets = 12;
  static const std::array<double, kBuckets>& UpperBoundsSeconds();

  void Observe(absl::Duration duration);

  // Observations at or below UpperBoundsSeconds()[bucket], not cumulated;
  // bucket kBuckets holds what was longer.
  std::int64_t count(int bucket) const {
    return counts_[bucket].load(std::memory_order_relaxed);
  }
  double SumSeconds() const;

 private:
  std::array<std::atomic<std::int64_t>, kBuckets + 1> counts_ = {};
  std::atomic<std::int64_t> sum_nanoseconds_ = 0;
};

// What a series is told apart by: {{"method", "SiteRegistry.GetSite"}}.
using Labels = std::map<std::string, std::string>;

// All the series of one process. The first call for a name and labels makes the
// series, later ones return the same; pointers live as long as this object.
// A name keeps the help of its first use, and is of one kind. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  Counter* GetCounter(absl::string_view name, absl::string_view help,
                      const Labels& labels = {});
  Gauge* GetGauge(absl::string_view name, absl::string_view help,
                  const Labels& labels = {});
  Histogram* GetHistogram(absl::string_view name, absl::string_view help,
                          const Labels& labels = {});

  // Prometheus' text format, version 0.0.4; sorted by name.
  std::string Text() const;

 private:
  struct Family;
  Family* GetFamily(absl::string_view name, absl::string_view help)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable base::Mutex mutex_;
  std::map<std::string, std::unique_ptr<Family>> families_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_METRICS_H_
