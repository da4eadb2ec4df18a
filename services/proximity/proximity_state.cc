#include "services/proximity/proximity_state.h"

#include <utility>

#include "absl/strings/strip.h"
#include "lib/base/status.h"
#include "services/proximity/proximity_records.h"

namespace lagesbild::proximity {

void ProximityState::Apply(const std::string& key, const Value& value,
                           ledger::Revision revision, absl::Time recorded) {
  static constexpr Kind kKinds[] = {
      {kPlacePrefix, &ProximityState::ApplyPlace},
      {kExposurePrefix, &ProximityState::ApplyExposure},
      {kKeptSitePrefix, &ProximityState::ApplySite},
      {kKeptAreaPrefix, &ProximityState::ApplyArea},
      {kLayerPrefix, &ProximityState::ApplyLayer},
      {kExtractPrefix, &ProximityState::ApplyExtract},
      {"", &ProximityState::ApplySingle},
  };
  const Stored stored{value.value_or(""), revision, recorded};
  for (const Kind& kind : kKinds) {
    absl::string_view id = key;
    if (!absl::ConsumePrefix(&id, kind.prefix)) continue;
    const absl::Status read =
        (this->*kind.apply)(std::string(id), value, stored);
    if (!read.ok()) {
      logger_->Error("a stored record cannot be read",
                     {{"key", key}, {"because", read.ToString()}});
    }
    return;
  }
}

watch::Basis ProximityState::basis() const {
  if (sites_.cursor.empty() || areas_.cursor.empty()) return {};
  return {watch::Lower(watch::PositionOf(sites_.reached, "registry"),
                       watch::PositionOf(areas_.reached, "registry"))};
}

const Stored* ProximityState::FindPlaceRecord(const std::string& id) const {
  const auto it = place_records_.find(id);
  return it == place_records_.end() ? nullptr : &it->second;
}

absl::Time ProximityState::PlaceRecordedAt(const std::string& id) const {
  const Stored* stored = FindPlaceRecord(id);
  return stored == nullptr ? absl::InfinitePast() : stored->recorded;
}

absl::Status ProximityState::ApplyPlace(const std::string& id,
                                        const Value& value,
                                        const Stored& stored) {
  inventory_.RemovePlace(id);
  place_records_.erase(id);
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(Place place, DecodePlace(id, *value));
  inventory_.PutPlace(std::move(place));
  place_records_[id] = stored;
  return absl::OkStatus();
}

absl::Status ProximityState::ApplyLayer(const std::string& id,
                                        const Value& value, const Stored&) {
  inventory_.RemoveLayer(id);
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(Layer layer, DecodeLayer(id, *value));
  inventory_.PutLayer(std::move(layer));
  return absl::OkStatus();
}

absl::Status ProximityState::ApplyExtract(const std::string&,
                                          const Value& value, const Stored&) {
  // None is ever taken back.
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(Extract extract, DecodeExtract(*value));
  inventory_.PutExtract(std::move(extract));
  return absl::OkStatus();
}

absl::Status ProximityState::ApplyExposure(const std::string& id,
                                           const Value& value, const Stored&) {
  inventory_.RemoveExposure(id);
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(Exposure exposure, DecodeExposure(*value));
  inventory_.PutExposure(id, std::move(exposure));
  return absl::OkStatus();
}

absl::Status ProximityState::ApplySite(const std::string& id,
                                       const Value& value, const Stored&) {
  inventory_.RemoveSite(id);
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(Site site, DecodeSite(id, *value));
  inventory_.PutSite(std::move(site));
  return absl::OkStatus();
}

absl::Status ProximityState::ApplyArea(const std::string& id,
                                       const Value& value, const Stored&) {
  inventory_.RemoveMunicipality(id);
  if (!value) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(Municipality area, DecodeMunicipality(*value));
  inventory_.PutMunicipality(id, std::move(area));
  return absl::OkStatus();
}

absl::Status ProximityState::ApplySingle(const std::string& key,
                                         const Value& value,
                                         const Stored& stored) {
  if (!value) return absl::OkStatus();
  if (key == kSitesCursorKey || key == kAreasCursorKey) {
    watch::Followed& followed = key == kSitesCursorKey ? sites_ : areas_;
    LB_ASSIGN_OR_RETURN(followed,
                        watch::DecodeFollowed(*value, stored.revision));
    states_kept_ |= key == kSitesCursorKey;
  } else if (key == kSitesCursorKey2) {
    states_kept_ = true;
  } else if (key == kPlacesKey) {
    places_revision_ = stored.revision;
  } else if (key == kDayKey) {
    LB_ASSIGN_OR_RETURN(day_, DecodeDay(*value));
    day_revision_ = stored.revision;
  }
  return absl::OkStatus();
}

}  // namespace lagesbild::proximity
