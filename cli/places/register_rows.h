#ifndef LAGESBILD_CLI_PLACES_REGISTER_ROWS_H_
#define LAGESBILD_CLI_PLACES_REGISTER_ROWS_H_

#include <string>

#include "cli/places/place_collector.h"
#include "cli/places/register_unit.h"

namespace lagesbild::cli {

// What a unit of the school register becomes: open from its start date, closed
// from its end date, dropped and why, or a fault. `at` is where the file has
// it.
//
//   AKTIV     open
//   PLANERAD  open from its start date; dropped without one
//   VILANDE   no teaching for now: closed from its end date; dropped without
//   UPPHORT   closed from its end date; dropped without one
//   CENTRAL   a unit type without teaching: dropped
//   UTLAND    a school abroad: dropped
void TakeUnit(const RegisterUnit& unit, int row, const std::string& at,
              PlaceCollector* collector);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_REGISTER_ROWS_H_
