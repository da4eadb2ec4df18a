#include "services/proximity/presenter.h"

#include <utility>
#include <vector>

#include "lib/access/etag.h"
#include "lib/api/listing.h"
#include "lib/api/names.h"
#include "lib/api/time.h"

namespace lagesbild::proximity {
namespace {

template <typename Message>
void ShowKinds(const std::vector<PlaceKind>& kinds, Message* message) {
  for (PlaceKind kind : kinds) {
    message->add_kinds(static_cast<v1::PlaceKind>(kind));
  }
}

void ShowPoint(const geo::LatLng& point, geo::v1::LatLng* message) {
  message->set_latitude(point.latitude);
  message->set_longitude(point.longitude);
}

void ShowCorrection(const Place& place, v1::Place* message) {
  if (!place.correction) return;
  const Correction& correction = *place.correction;
  v1::PlaceCorrection* shown = message->mutable_correction();
  ShowPoint(correction.position, shown->mutable_position());
  shown->set_margin_m(correction.margin.value());
  shown->set_provenance(correction.provenance);
  shown->set_note(correction.note);
  shown->set_agency(correction.agency);
  *shown->mutable_create_time() = api::ToTimestamp(correction.time);
  ShowPoint(place.position, message->mutable_source_position());
}

void ShowPosition(const Place& place, v1::Place* message) {
  ShowPoint(place.where(), message->mutable_position());
  message->set_quality(static_cast<v1::PositionQuality>(place.quality));
  message->set_margin_m(place.margin.value());
  message->set_margin_source(
      static_cast<v1::MarginSource>(place.margin_source()));
  message->mutable_flags()->Assign(place.flags.begin(), place.flags.end());
  message->set_outside_region(place.outside_region);
  message->set_municipality(place.municipality);
}

}  // namespace

absl::Status Presenter::CheckParent(absl::string_view parent) const {
  return api::CheckRegion(region_, parent);
}

absl::StatusOr<std::string> Presenter::IdIn(const char* pattern,
                                            absl::string_view name,
                                            absl::string_view field) const {
  return api::IdInRegion(region_, pattern, name, field);
}

absl::StatusOr<std::string> Presenter::PlaceId(absl::string_view name,
                                               absl::string_view field) const {
  return IdIn(kPlacePattern, name, field);
}

absl::StatusOr<std::string> Presenter::SiteId(absl::string_view name,
                                              absl::string_view field) const {
  return IdIn(kSitePattern, name, field);
}

absl::StatusOr<std::string> Presenter::LayerId(absl::string_view name,
                                               absl::string_view field) const {
  return IdIn(kLayerPattern, name, field);
}

absl::StatusOr<api::Filter> Presenter::ReadFilter(
    const std::string& text, const google::protobuf::Descriptor* type,
    const access::v1::Caller& caller) const {
  return api::ReadFilter(*redactor_, caller, text, type);
}

std::string Presenter::RegionName() const {
  return api::FormatName(api::kRegionPattern, {region_});
}

std::string Presenter::PlaceName(absl::string_view id) const {
  return api::FormatName(kPlacePattern, {region_, std::string(id)});
}

std::string Presenter::SiteName(absl::string_view id) const {
  return api::FormatName(kSitePattern, {region_, std::string(id)});
}

std::string Presenter::LayerName(absl::string_view id) const {
  return api::FormatName(kLayerPattern, {region_, std::string(id)});
}

std::string Presenter::ExposureName(absl::string_view id) const {
  return api::FormatName(kExposurePattern, {region_, std::string(id)});
}

v1::Place Presenter::For(const access::v1::Caller& caller, const Place& place,
                         absl::Time recorded) const {
  v1::Place message = WithoutEtag(caller, place, recorded);
  message.set_etag(access::Etag(message, caller, *redactor_));
  return message;
}

v1::Place Presenter::WithoutEtag(const access::v1::Caller& caller,
                                 const Place& place,
                                 absl::Time recorded) const {
  v1::Place message;
  message.set_name(PlaceName(place.id));
  message.set_display_name(place.display_name);
  ShowKinds(place.kinds, &message);
  message.set_external_id(place.external_id);
  ShowPosition(place, &message);
  ShowCorrection(place, &message);
  message.set_valid_from(base::FormatDate(place.valid.from));
  message.set_valid_to(base::FormatDate(place.valid.to));
  message.set_building_group(place.building_group);
  message.set_source(place.source);
  message.set_extract_date(base::FormatDate(place.extract_date));
  *message.mutable_update_time() = api::ToTimestamp(recorded);
  redactor_->Redact(caller, &message);
  return message;
}

v1::Layer Presenter::For(const access::v1::Caller& caller,
                         const Layer& layer) const {
  v1::Layer message;
  message.set_name(LayerName(layer.id));
  message.set_display_name(layer.display_name);
  ShowKinds(layer.kinds, &message);
  message.set_radius_m(layer.radius.value());
  message.set_state(v1::LAYER_STATE_ACTIVE);
  if (const auto& coming = layer.pending ? layer.pending : layer.refused) {
    message.set_state(v1::LAYER_STATE_BUILDING);
    ShowKinds(coming->kinds, message.mutable_pending());
    message.mutable_pending()->set_radius_m(coming->radius.value());
  }
  if (layer.refused) {
    message.set_state(v1::LAYER_STATE_REFUSED);
    message.set_problem(kTooManyExposures);
  }
  redactor_->Redact(caller, &message);
  message.set_etag(access::Etag(message, caller, *redactor_));
  return message;
}

v1::Exposure Presenter::For(const access::v1::Caller& caller,
                            const Exposure& exposure) const {
  v1::Exposure message;
  message.set_name(ExposureName(ExposureId(exposure)));
  message.set_site(SiteName(exposure.site));
  message.set_place(PlaceName(exposure.place));
  message.set_layer(LayerName(exposure.layer));
  message.set_distance_m(exposure.distance.value());
  message.set_center_distance_m(exposure.center_distance.value());
  message.set_margin_m(exposure.margin.value());
  message.set_margin_source(
      static_cast<v1::MarginSource>(exposure.margin_source));
  message.set_quality(static_cast<v1::PositionQuality>(exposure.quality));
  message.set_verdict(static_cast<v1::Verdict>(exposure.verdict));
  message.set_place_display_name(exposure.place_display_name);
  message.set_municipality(exposure.municipality);
  message.set_method("geodesic");
  message.set_radius_m(exposure.radius.value());
  message.set_valid_from(base::FormatDate(exposure.valid.from));
  message.set_valid_to(base::FormatDate(exposure.valid.to));
  message.set_current(exposure.current);
  redactor_->Redact(caller, &message);
  return message;
}

}  // namespace lagesbild::proximity
