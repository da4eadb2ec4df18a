#ifndef LAGESBILD_BENCH_COMMIT_REPORT_H_
#define LAGESBILD_BENCH_COMMIT_REPORT_H_

#include <functional>
#include <string>
#include <vector>

namespace lagesbild::bench {

// Commits a second, once measured.
using Measure = std::function<double()>;

// One comparison: ours and the peer's medians over runs that alternate, so that
// both feel the same machine.
class Report {
 public:
  explicit Report(int runs) : runs_(runs) {}

  // Prints "name: ratio (ours, peer)".
  void Compare(const std::string& name, double goal, const Measure& ours,
               const Measure& peer);
  // False when the file could not be written.
  bool WriteJson(const std::string& path) const;

 private:
  struct Row {
    std::string name;
    double goal;  // 0: none
    double ours;
    double peer;
    std::vector<double> ratios;
  };

  const int runs_;
  std::vector<Row> rows_;
};

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_COMMIT_REPORT_H_
