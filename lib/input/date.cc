#include "lib/input/date.h"

#include "lib/api/time.h"

namespace lagesbild::input {

std::optional<base::Date> ReadDate(const std::string& text,
                                   const std::string& field, Faults* faults) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<base::Date> date = api::ParseDate(field, text);
  faults->Add(date.status(), field);
  if (!date.ok()) return std::nullopt;
  return *date;
}

}  // namespace lagesbild::input
