#ifndef LAGESBILD_CLI_COUNTY_MONTH_SORTER_H_
#define LAGESBILD_CLI_COUNTY_MONTH_SORTER_H_

#include <fstream>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "cli/county/history.h"

namespace lagesbild::county {

// Brings acts from many counties into the order of their times without holding
// more than a month of them: they wait in one file a month beside the final
// one.
class MonthSorter {
 public:
  explicit MonthSorter(std::string path) : path_(std::move(path)) {}
  // Removes what is left of the files by month.
  ~MonthSorter();

  void Add(const Act& act);
  // Writes the final file. Acts of one time stay in the order they were added.
  absl::Status Finish();

 private:
  struct Month {
    std::string path;
    std::ofstream out;
  };

  absl::Status AppendMonth(Month* month, std::ofstream* out);

  const std::string path_;
  std::map<std::string, Month> months_;
};

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_MONTH_SORTER_H_
