#ifndef LAGESBILD_CLI_PLACES_PLACE_MESSAGE_H_
#define LAGESBILD_CLI_PLACES_PLACE_MESSAGE_H_

#include "cli/places/place_row.h"
#include "lagesbild/proximity/v1/place.pb.h"

namespace lagesbild::cli {

// Puts a row into a message of an import: all that is ever sent of it. It
// has a position; where it says no kind it becomes OTHER.
void AddPlace(const PlaceRow& row, proximity::v1::ImportPlacesRequest* request);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_PLACE_MESSAGE_H_
