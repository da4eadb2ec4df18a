#include "lib/base/log.h"

#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace lagesbild::base {
namespace {

const char* Name(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

}  // namespace

void JsonLogger::Log(Severity severity, absl::string_view event,
                     const LogFields& fields) {
  nlohmann::ordered_json line = {
      {"time", absl::FormatTime(absl::RFC3339_full, clock_->Now(),
                                absl::UTCTimeZone())},
      {"severity", Name(severity)},
      {"event", std::string(event)}};
  for (const auto& [name, value] : fields) line[name] = value;
  const std::string text =
      line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  MutexLock lock(&mutex_);
  std::fprintf(out_, "%s\n", text.c_str());
  std::fflush(out_);
}

}  // namespace lagesbild::base
