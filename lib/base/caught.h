#ifndef LAGESBILD_LIB_BASE_CAUGHT_H_
#define LAGESBILD_LIB_BASE_CAUGHT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "lib/base/log.h"

namespace lagesbild::base {

// Within a catch (...) where nothing thrown may pass: logs `event` with the
// type of what was thrown, and is INTERNAL. What it says is told to nobody: it
// may quote a payload.
absl::Status Caught(Logger* logger, absl::string_view event,
                    LogFields fields = {});

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_CAUGHT_H_
