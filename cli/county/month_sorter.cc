#include "cli/county/month_sorter.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::county {
namespace {

// Every line begins {"time":"2023-05-22T09:00:00Z", which sorts as text.
constexpr size_t kTimeAt = 9;
constexpr size_t kTimeLength = 20;

absl::string_view TimeOf(const std::string& line) {
  return absl::string_view(line).substr(kTimeAt, kTimeLength);
}

}  // namespace

MonthSorter::~MonthSorter() {
  for (const auto& [name, month] : months_) std::remove(month.path.c_str());
}

void MonthSorter::Add(const Act& act) {
  const std::string name =
      absl::FormatTime("%Y-%m", act.time, absl::UTCTimeZone());
  Month& month = months_[name];
  if (month.path.empty()) {
    month.path = absl::StrCat(path_, ".", name, ".part");
    month.out.open(month.path, std::ios::binary | std::ios::trunc);
  }
  month.out << act.json << '\n';
}

absl::Status MonthSorter::AppendMonth(Month* month, std::ofstream* out) {
  month->out.close();
  std::ifstream in(month->path, std::ios::binary);
  if (month->out.fail() || !in) {
    return absl::UnavailableError(
        absl::StrCat("cannot write or read back ", month->path));
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(std::move(line));
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const std::string& a, const std::string& b) {
                     return TimeOf(a) < TimeOf(b);
                   });
  for (const std::string& line : lines) *out << line << '\n';
  return absl::OkStatus();
}

absl::Status MonthSorter::Finish() {
  std::ofstream out(path_, std::ios::binary | std::ios::trunc);
  for (auto& [name, month] : months_) {
    LB_RETURN_IF_ERROR(AppendMonth(&month, &out));
    std::remove(month.path.c_str());
  }
  out.close();
  if (out.fail()) {
    return absl::UnavailableError(absl::StrCat("cannot write ", path_));
  }
  return absl::OkStatus();
}

}  // namespace lagesbild::county
