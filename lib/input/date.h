#ifndef LAGESBILD_LIB_INPUT_DATE_H_
#define LAGESBILD_LIB_INPUT_DATE_H_

#include <optional>
#include <string>

#include "lib/base/civil_date.h"
#include "lib/input/faults.h"

namespace lagesbild::input {

// The date in a request's field; nullopt for an empty text, and for one that is
// no date, which is a fault of `field`.
std::optional<base::Date> ReadDate(const std::string& text,
                                   const std::string& field, Faults* faults);

}  // namespace lagesbild::input

#endif  // LAGESBILD_LIB_INPUT_DATE_H_
