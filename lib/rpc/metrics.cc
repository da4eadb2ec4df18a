#include "lib/rpc/metrics.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace lagesbild::rpc {
namespace {

std::string LabelText(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    const std::string escaped = absl::StrReplaceAll(
        value, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}});
    absl::StrAppend(&text, text.empty() ? "" : ",", name, "=\"", escaped, "\"");
  }
  return text;
}

std::string InBraces(const std::string& labels) {
  return labels.empty() ? "" : absl::StrCat("{", labels, "}");
}

void AppendHistogram(const std::string& name, const std::string& labels,
                     const Histogram& histogram, std::string* out) {
  const std::string comma = labels.empty() ? "" : absl::StrCat(labels, ",");
  std::int64_t total = 0;
  for (int i = 0; i <= Histogram::kBuckets; ++i) {
    total += histogram.count(i);
    const std::string bound =
        i == Histogram::kBuckets
            ? "+Inf"
            : absl::StrCat(Histogram::UpperBoundsSeconds()[i]);
    absl::StrAppend(out, name, "_bucket{", comma, "le=\"", bound, "\"} ", total,
                    "\n");
  }
  absl::StrAppend(out, name, "_sum", InBraces(labels), " ",
                  histogram.SumSeconds(), "\n", name, "_count",
                  InBraces(labels), " ", total, "\n");
}

template <typename Series>
Series* GetOrMake(std::map<std::string, std::unique_ptr<Series>>* all,
                  const Labels& labels) {
  std::unique_ptr<Series>& series = (*all)[LabelText(labels)];
  if (series == nullptr) series = std::make_unique<Series>();
  return series.get();
}

}  // namespace

const std::array<double, Histogram::kBuckets>& Histogram::UpperBoundsSeconds() {
  static constexpr std::array<double, kBuckets> kBounds = {
      0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30};
  return kBounds;
}

void Histogram::Observe(absl::Duration duration) {
  const double seconds = absl::ToDoubleSeconds(duration);
  int bucket = 0;
  while (bucket < kBuckets && seconds > UpperBoundsSeconds()[bucket]) ++bucket;
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_nanoseconds_.fetch_add(absl::ToInt64Nanoseconds(duration),
                             std::memory_order_relaxed);
}

double Histogram::SumSeconds() const {
  return static_cast<double>(sum_nanoseconds_.load(std::memory_order_relaxed)) /
         1e9;
}

struct Metrics::Family {
  std::string help;
  std::map<std::string, std::unique_ptr<Counter>> counters;
  std::map<std::string, std::unique_ptr<Gauge>> gauges;
  std::map<std::string, std::unique_ptr<Histogram>> histograms;

  const char* Kind() const {
    if (!histograms.empty()) return "histogram";
    return counters.empty() ? "gauge" : "counter";
  }

  void AppendTo(const std::string& name, std::string* out) const {
    absl::StrAppend(out, "# HELP ", name, " ", help, "\n# TYPE ", name, " ",
                    Kind(), "\n");
    for (const auto& [labels, counter] : counters) {
      absl::StrAppend(out, name, InBraces(labels), " ", counter->value(), "\n");
    }
    for (const auto& [labels, gauge] : gauges) {
      absl::StrAppend(out, name, InBraces(labels), " ", gauge->value(), "\n");
    }
    for (const auto& [labels, histogram] : histograms) {
      AppendHistogram(name, labels, *histogram, out);
    }
  }
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Family* Metrics::GetFamily(absl::string_view name,
                                    absl::string_view help) {
  std::unique_ptr<Family>& family = families_[std::string(name)];
  if (family == nullptr) {
    family = std::make_unique<Family>();
    family->help = std::string(help);
  }
  return family.get();
}

Counter* Metrics::GetCounter(absl::string_view name, absl::string_view help,
                             const Labels& labels) {
  base::MutexLock lock(&mutex_);
  return GetOrMake(&GetFamily(name, help)->counters, labels);
}

Gauge* Metrics::GetGauge(absl::string_view name, absl::string_view help,
                         const Labels& labels) {
  base::MutexLock lock(&mutex_);
  return GetOrMake(&GetFamily(name, help)->gauges, labels);
}

Histogram* Metrics::GetHistogram(absl::string_view name, absl::string_view help,
                                 const Labels& labels) {
  base::MutexLock lock(&mutex_);
  return GetOrMake(&GetFamily(name, help)->histograms, labels);
}

std::string Metrics::Text() const {
  std::string text;
  base::MutexLock lock(&mutex_);
  for (const auto& [name, family] : families_) family->AppendTo(name, &text);
  return text;
}

}  // namespace lagesbild::rpc
