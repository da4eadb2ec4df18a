#ifndef LAGESBILD_SERVICES_PROXIMITY_PLACE_INPUT_H_
#define LAGESBILD_SERVICES_PROXIMITY_PLACE_INPUT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lib/base/civil_date.h"
#include "services/proximity/place_import.h"
#include "services/proximity/proximity.h"

// What a client sends of places, checked and turned into the domain's terms.
namespace lagesbild::proximity {

inline constexpr int kMaxImportedPlaces = 500'000;
inline constexpr int kMaxKinds = 9;
// A position that is off by more than this says nothing.
inline constexpr geo::Meters kMaxMargin{100'000};

struct PlaceImport {
  ImportOptions options;
  std::vector<Place> rows;
};

// Reads the messages of a stream. INVALID_ARGUMENT with every faulty row and
// field ("places[3].position.latitude", rows from 1 over the whole stream).
absl::StatusOr<PlaceImport> ReadPlaceImport(
    const std::vector<v1::ImportPlacesRequest>& messages, base::Date today);

// The id of a place in its name. Names are readable where they can be; two
// places never share one.
PlaceIdFor PlaceIdsIn(const Inventory& inventory);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PLACE_INPUT_H_
