#include "services/proximity/proximity_records.h"

#include <utility>

#include "lagesbild/proximity/store/v1/proximity_store.pb.h"
#include "lib/base/status.h"
#include "lib/geo/geometry_record.h"
#include "lib/ledger/record.h"

namespace lagesbild::proximity {
namespace {

using store::v1::CorrectionRecord;
using store::v1::DayRecord;
using store::v1::ExposureRecord;
using store::v1::KeptAreaRecord;
using store::v1::KeptSiteRecord;
using store::v1::KeptStateRecord;
using store::v1::LayerRecord;
using store::v1::PlaceRecord;

template <typename Record>
void WriteValidity(const Validity& valid, Record* record) {
  record->set_valid_from(base::FormatDate(valid.from));
  record->set_valid_to(base::FormatDate(valid.to));
}

template <typename Record>
absl::StatusOr<Validity> ReadValidity(const Record& record) {
  Validity valid;
  LB_ASSIGN_OR_RETURN(valid.from, ledger::ParseRecordDate(record.valid_from()));
  LB_ASSIGN_OR_RETURN(valid.to, ledger::ParseRecordDate(record.valid_to()));
  return valid;
}

template <typename Record>
void WriteKinds(const std::vector<PlaceKind>& kinds, Record* record) {
  record->clear_kinds();
  for (PlaceKind kind : kinds) record->add_kinds(static_cast<int>(kind));
}

template <typename Record>
std::vector<PlaceKind> ReadKinds(const Record& record) {
  std::vector<PlaceKind> kinds;
  for (int kind : record.kinds()) kinds.push_back(PlaceKind(kind));
  return kinds;
}

void WriteGiven(const Place& place, PlaceRecord* record) {
  record->set_display_name(place.display_name);
  WriteKinds(place.kinds, record);
  record->set_source(place.source);
  record->set_external_id(place.external_id);
  record->set_latitude(place.position.latitude);
  record->set_longitude(place.position.longitude);
  record->set_given_quality(static_cast<int>(place.given_quality));
  record->clear_given_margin_m();
  if (place.given_margin) {
    record->set_given_margin_m(place.given_margin->value());
  }
  record->set_municipality(place.municipality);
  WriteValidity(place.valid, record);
  record->set_building_group(place.building_group);
  record->set_extract_date(base::FormatDate(place.extract_date));
}

void WriteCorrection(const std::optional<Correction>& correction,
                     PlaceRecord* record) {
  record->clear_correction();
  if (!correction) return;
  CorrectionRecord* stored = record->mutable_correction();
  stored->set_latitude(correction->position.latitude);
  stored->set_longitude(correction->position.longitude);
  stored->set_margin_m(correction->margin.value());
  stored->set_provenance(correction->provenance);
  stored->set_note(correction->note);
  stored->set_agency(correction->agency);
  stored->set_create_time_us(absl::ToUnixMicros(correction->time));
}

std::optional<Correction> ReadCorrection(const PlaceRecord& record) {
  if (!record.has_correction()) return std::nullopt;
  const CorrectionRecord& stored = record.correction();
  return Correction{.position = {.latitude = stored.latitude(),
                                 .longitude = stored.longitude()},
                    .margin = geo::Meters(stored.margin_m()),
                    .provenance = stored.provenance(),
                    .note = stored.note(),
                    .agency = stored.agency(),
                    .time = absl::FromUnixMicros(stored.create_time_us())};
}

void WriteJudged(const Place& place, PlaceRecord* record) {
  record->set_quality(static_cast<int>(place.quality));
  record->set_margin_m(place.margin.value());
  record->set_outside_region(place.outside_region);
  record->mutable_flags()->Assign(place.flags.begin(), place.flags.end());
}

void ReadJudged(const PlaceRecord& record, Place* place) {
  place->quality = PositionQuality(record.quality());
  place->margin = geo::Meters(record.margin_m());
  place->outside_region = record.outside_region();
  place->flags.assign(record.flags().begin(), record.flags().end());
}

}  // namespace

std::string EncodePlace(const Place& place, absl::string_view previous) {
  PlaceRecord record;
  record.ParseFromArray(previous.data(), static_cast<int>(previous.size()));
  WriteGiven(place, &record);
  WriteCorrection(place.correction, &record);
  WriteJudged(place, &record);
  return record.SerializeAsString();
}

absl::StatusOr<Place> DecodePlace(absl::string_view id,
                                  absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const PlaceRecord record,
                      ledger::ParseRecord<PlaceRecord>(bytes));
  Place place;
  place.id = std::string(id);
  place.display_name = record.display_name();
  place.kinds = ReadKinds(record);
  place.source = record.source();
  place.external_id = record.external_id();
  place.position = {.latitude = record.latitude(),
                    .longitude = record.longitude()};
  place.given_quality = PositionQuality(record.given_quality());
  if (record.has_given_margin_m()) {
    place.given_margin = geo::Meters(record.given_margin_m());
  }
  place.municipality = record.municipality();
  LB_ASSIGN_OR_RETURN(place.valid, ReadValidity(record));
  place.building_group = record.building_group();
  LB_ASSIGN_OR_RETURN(place.extract_date,
                      ledger::ParseRecordDate(record.extract_date()));
  place.correction = ReadCorrection(record);
  ReadJudged(record, &place);
  return place;
}

std::string EncodeLayer(const Layer& layer) {
  LayerRecord record;
  record.set_display_name(layer.display_name);
  WriteKinds(layer.kinds, &record);
  record.set_radius_m(layer.radius.value());
  if (const auto& coming = layer.pending ? layer.pending : layer.refused) {
    for (PlaceKind kind : coming->kinds) {
      record.add_pending_kinds(static_cast<int>(kind));
    }
    record.set_pending_radius_m(coming->radius.value());
    record.set_pending_refused(!layer.pending);
  }
  return record.SerializeAsString();
}

absl::StatusOr<Layer> DecodeLayer(absl::string_view id,
                                  absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const LayerRecord record,
                      ledger::ParseRecord<LayerRecord>(bytes));
  Layer layer{.id = std::string(id),
              .display_name = record.display_name(),
              .kinds = ReadKinds(record),
              .radius = geo::Meters(record.radius_m())};
  if (record.pending_radius_m() > 0) {
    LayerRule coming{{}, geo::Meters(record.pending_radius_m())};
    for (int kind : record.pending_kinds()) {
      coming.kinds.push_back(PlaceKind(kind));
    }
    (record.pending_refused() ? layer.refused : layer.pending) =
        std::move(coming);
  }
  return layer;
}

std::string EncodeExposure(const Exposure& exposure) {
  ExposureRecord record;
  record.set_layer(exposure.layer);
  record.set_site(exposure.site);
  record.set_place(exposure.place);
  record.set_distance_m(exposure.distance.value());
  record.set_center_distance_m(exposure.center_distance.value());
  record.set_margin_m(exposure.margin.value());
  record.set_margin_source(static_cast<int>(exposure.margin_source));
  record.set_quality(static_cast<int>(exposure.quality));
  record.set_verdict(static_cast<int>(exposure.verdict));
  record.set_radius_m(exposure.radius.value());
  record.set_place_display_name(exposure.place_display_name);
  record.set_municipality(exposure.municipality);
  WriteValidity(exposure.valid, &record);
  record.set_current(exposure.current);
  if (exposure.steady_distance != exposure.distance) {
    record.set_steady_distance_m(exposure.steady_distance.value());
  }
  if (exposure.steady_center_distance != exposure.center_distance) {
    record.set_steady_center_distance_m(
        exposure.steady_center_distance.value());
  }
  return record.SerializeAsString();
}

absl::StatusOr<Exposure> DecodeExposure(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const ExposureRecord record,
                      ledger::ParseRecord<ExposureRecord>(bytes));
  LB_ASSIGN_OR_RETURN(const Validity valid, ReadValidity(record));
  return Exposure{
      .layer = record.layer(),
      .site = record.site(),
      .place = record.place(),
      .distance = geo::Meters(record.distance_m()),
      .center_distance = geo::Meters(record.center_distance_m()),
      .margin = geo::Meters(record.margin_m()),
      .margin_source = MarginSource(record.margin_source()),
      .quality = PositionQuality(record.quality()),
      .verdict = Verdict(record.verdict()),
      .radius = geo::Meters(record.radius_m()),
      .place_display_name = record.place_display_name(),
      .municipality = record.municipality(),
      .valid = valid,
      .current = record.current(),
      .steady_distance = geo::Meters(record.has_steady_distance_m()
                                         ? record.steady_distance_m()
                                         : record.distance_m()),
      .steady_center_distance =
          geo::Meters(record.has_steady_center_distance_m()
                          ? record.steady_center_distance_m()
                          : record.center_distance_m())};
}

std::string EncodeSite(const Site& site) {
  KeptSiteRecord record;
  geo::WriteGeometryRecord(site.geometry, record.mutable_geometry());
  record.set_municipality(site.municipality);
  record.mutable_districts()->Assign(site.districts.begin(),
                                     site.districts.end());
  record.mutable_police_areas()->Assign(site.police_areas.begin(),
                                        site.police_areas.end());
  for (const DatedState& dated : site.states) {
    KeptStateRecord* stored = record.add_states();
    stored->set_valid_from(base::FormatDate(dated.from));
    stored->set_state(static_cast<int>(dated.state));
    stored->set_counted_state(static_cast<int>(dated.counted));
  }
  return record.SerializeAsString();
}

absl::StatusOr<Site> DecodeSite(absl::string_view id, absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const KeptSiteRecord record,
                      ledger::ParseRecord<KeptSiteRecord>(bytes));
  Site site{.id = std::string(id),
            .geometry = geo::ReadGeometryRecord(record.geometry()),
            .municipality = record.municipality(),
            .districts = {record.districts().begin(), record.districts().end()},
            .police_areas = {record.police_areas().begin(),
                             record.police_areas().end()},
            .states = {}};
  for (const KeptStateRecord& stored : record.states()) {
    LB_ASSIGN_OR_RETURN(const auto from,
                        ledger::ParseRecordDate(stored.valid_from()));
    if (!from) return absl::DataLossError("a state of a site without a date");
    site.states.push_back(
        {*from, SiteState(stored.state()), SiteState(stored.counted_state())});
  }
  return site;
}

std::string EncodeMunicipality(const Municipality& municipality) {
  KeptAreaRecord record;
  record.set_code(municipality.code);
  geo::WriteGeometryRecord(municipality.geometry, record.mutable_geometry());
  WriteValidity(municipality.valid, &record);
  return record.SerializeAsString();
}

absl::StatusOr<Municipality> DecodeMunicipality(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const KeptAreaRecord record,
                      ledger::ParseRecord<KeptAreaRecord>(bytes));
  LB_ASSIGN_OR_RETURN(const Validity valid, ReadValidity(record));
  return Municipality{.code = record.code(),
                      .geometry = geo::ReadGeometryRecord(record.geometry()),
                      .valid = valid};
}

std::string EncodeDay(base::Date day) {
  DayRecord record;
  record.set_date(base::FormatDate(day));
  return record.SerializeAsString();
}

absl::StatusOr<base::Date> DecodeDay(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const DayRecord record,
                      ledger::ParseRecord<DayRecord>(bytes));
  LB_ASSIGN_OR_RETURN(const auto day, ledger::ParseRecordDate(record.date()));
  if (!day) return absl::DataLossError("a DayRecord without a date");
  return *day;
}

}  // namespace lagesbild::proximity
