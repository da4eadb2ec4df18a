#include "cli/places/place_message.h"

namespace lagesbild::cli {

namespace pv = ::lagesbild::proximity::v1;

void AddPlace(const PlaceRow& row, pv::ImportPlacesRequest* request) {
  pv::Place* place = request->add_places();
  place->set_external_id(row.id);
  place->set_display_name(row.name);
  place->set_municipality(row.municipality);
  place->set_quality(row.quality);
  for (const pv::PlaceKind kind : row.kinds) place->add_kinds(kind);
  if (place->kinds().empty()) place->add_kinds(pv::PLACE_KIND_OTHER);
  place->mutable_position()->set_latitude(row.position->latitude);
  place->mutable_position()->set_longitude(row.position->longitude);
  place->set_valid_from(row.valid_from);
  place->set_valid_to(row.valid_to);
  place->set_building_group(row.building_group);
}

}  // namespace lagesbild::cli
