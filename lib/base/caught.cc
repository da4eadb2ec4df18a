#include "lib/base/caught.h"

#include <exception>
#include <string>
#include <typeinfo>

namespace lagesbild::base {
namespace {

std::string TypeOfThrown() {
  try {
    throw;
  } catch (const std::exception& e) {
    return typeid(e).name();
  } catch (...) {
    return "not a std::exception";
  }
}

}  // namespace

absl::Status Caught(Logger* logger, absl::string_view event, LogFields fields) {
  fields.emplace_back("type", TypeOfThrown());
  logger->Error(event, fields);
  return absl::InternalError("internal error");
}

}  // namespace lagesbild::base
