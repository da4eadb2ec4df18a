#include "services/interventions/interventions_records.h"

#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "lagesbild/interventions/store/v1/interventions_store.pb.h"
#include "lib/base/status.h"
#include "lib/ledger/record.h"

namespace lagesbild::interventions {
namespace {

using store::v1::DayRecord;
using store::v1::GapRecord;
using store::v1::GuardRecord;
using store::v1::InterventionRecord;
using store::v1::KeptExposureRecord;
using store::v1::KeptSiteRecord;
using store::v1::PositionRecord;
using store::v1::UndecidedRecord;

absl::StatusOr<base::Date> DayOf(const std::string& text) {
  LB_ASSIGN_OR_RETURN(const auto date, ledger::ParseRecordDate(text));
  if (!date) return absl::DataLossError("a day is missing");
  return *date;
}

template <typename Repeated>
std::vector<std::string> TextsOf(const Repeated& texts) {
  return {texts.begin(), texts.end()};
}

void WriteDates(const Intervention& i, InterventionRecord* record) {
  record->set_start_date(base::FormatDate(i.start));
  record->set_end_date(base::FormatDate(i.end));
  record->set_next_follow_up(base::FormatDate(i.next_follow_up));
  record->set_create_time_us(absl::ToUnixMicros(i.create_time));
  record->set_update_time_us(absl::ToUnixMicros(i.update_time));
}

absl::Status ReadDates(const InterventionRecord& record, Intervention* i) {
  LB_ASSIGN_OR_RETURN(i->start, ledger::ParseRecordDate(record.start_date()));
  LB_ASSIGN_OR_RETURN(i->end, ledger::ParseRecordDate(record.end_date()));
  LB_ASSIGN_OR_RETURN(i->next_follow_up,
                      ledger::ParseRecordDate(record.next_follow_up()));
  i->create_time = absl::FromUnixMicros(record.create_time_us());
  i->update_time = absl::FromUnixMicros(record.update_time_us());
  return absl::OkStatus();
}

void WriteLists(const Intervention& i, InterventionRecord* record) {
  record->mutable_sites()->Assign(i.sites.begin(), i.sites.end());
  record->mutable_partners()->Assign(i.partners.begin(), i.partners.end());
  record->mutable_municipalities()->Assign(i.municipalities.begin(),
                                           i.municipalities.end());
  record->clear_external_refs();
  for (const ExternalRef& ref : i.external_refs) {
    auto* stored = record->add_external_refs();
    stored->set_system(ref.system);
    stored->set_id(ref.id);
  }
}

void ReadLists(const InterventionRecord& record, Intervention* i) {
  i->sites = TextsOf(record.sites());
  i->partners = TextsOf(record.partners());
  i->municipalities = TextsOf(record.municipalities());
  for (const auto& ref : record.external_refs()) {
    i->external_refs.push_back({ref.system(), ref.id()});
  }
}

absl::StatusOr<std::vector<DatedState>> ReadStates(
    const KeptSiteRecord& record) {
  std::vector<DatedState> states;
  for (const auto& stored : record.states()) {
    LB_ASSIGN_OR_RETURN(const base::Date from, DayOf(stored.valid_from()));
    states.push_back({from, static_cast<SiteState>(stored.state()),
                      static_cast<SiteState>(stored.counted_state())});
  }
  return states;
}

void WritePosition(const std::optional<Position>& position,
                   PositionRecord* record) {
  record->set_service(position->service());
  record->set_store_id(position->store_id());
  record->set_revision(position->revision());
}

Position ReadPosition(const PositionRecord& record) {
  Position position;
  position.set_service(record.service());
  position.set_store_id(record.store_id());
  position.set_revision(record.revision());
  return position;
}

}  // namespace

std::string EncodeIntervention(const Intervention& i,
                               absl::string_view previous) {
  InterventionRecord record;
  record.ParseFromArray(previous.data(), static_cast<int>(previous.size()));
  record.set_type(i.type);
  record.set_display_name(i.display_name);
  record.set_responsible_agency(i.responsible_agency);
  record.set_aim(i.aim);
  record.set_state(static_cast<int>(i.state));
  record.set_outcome(i.outcome);
  record.set_plan(i.plan);
  WriteLists(i, &record);
  WriteDates(i, &record);
  return record.SerializeAsString();
}

absl::StatusOr<Intervention> DecodeIntervention(absl::string_view id,
                                                absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const InterventionRecord record,
                      ledger::ParseRecord<InterventionRecord>(bytes));
  Intervention i;
  i.id = std::string(id);
  i.type = record.type();
  i.display_name = record.display_name();
  i.responsible_agency = record.responsible_agency();
  i.aim = record.aim();
  i.state = static_cast<State>(record.state());
  i.outcome = record.outcome();
  i.plan = record.plan();
  ReadLists(record, &i);
  LB_RETURN_IF_ERROR(ReadDates(record, &i));
  return i;
}

std::string EncodeGap(const Gap& gap) {
  GapRecord record;
  record.set_site_display_name(gap.site_display_name);
  record.set_site_state(static_cast<int>(gap.site_state));
  record.set_responsible_municipality(gap.responsible_municipality);
  record.set_kind(static_cast<int>(gap.kind));
  record.mutable_measures()->Assign(gap.measures.begin(), gap.measures.end());
  record.set_since_us(absl::ToUnixMicros(gap.since));
  record.set_places(gap.places);
  record.set_nearest_place(gap.nearest_place);
  record.set_nearest_place_display_name(gap.nearest_place_display_name);
  record.set_nearest_distance_m(gap.nearest_distance.value());
  record.set_radius_m(gap.radius.value());
  record.set_definite(gap.definite);
  return record.SerializeAsString();
}

absl::StatusOr<Gap> DecodeGap(absl::string_view site, absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const GapRecord record,
                      ledger::ParseRecord<GapRecord>(bytes));
  Gap gap;
  gap.site = std::string(site);
  gap.site_display_name = record.site_display_name();
  gap.site_state = static_cast<SiteState>(record.site_state());
  gap.responsible_municipality = record.responsible_municipality();
  gap.kind = static_cast<GapKind>(record.kind());
  gap.measures = TextsOf(record.measures());
  gap.since = absl::FromUnixMicros(record.since_us());
  gap.places = record.places();
  gap.nearest_place = record.nearest_place();
  gap.nearest_place_display_name = record.nearest_place_display_name();
  gap.nearest_distance = geo::Meters(record.nearest_distance_m());
  gap.radius = geo::Meters(record.radius_m());
  gap.definite = record.definite();
  return gap;
}

std::string EncodeSite(const Site& site) {
  KeptSiteRecord record;
  record.set_display_name(site.display_name);
  record.set_state(static_cast<int>(site.state));
  record.set_counted_state(static_cast<int>(site.counted));
  record.set_municipality(site.municipality);
  record.set_responsible_municipality(site.responsible);
  record.set_registry_revision(site.registry_revision);
  for (const DatedState& dated : site.states) {
    auto* stored = record.add_states();
    stored->set_valid_from(base::FormatDate(dated.from));
    stored->set_state(static_cast<int>(dated.state));
    stored->set_counted_state(static_cast<int>(dated.counted));
  }
  return record.SerializeAsString();
}

absl::StatusOr<Site> DecodeSite(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const KeptSiteRecord record,
                      ledger::ParseRecord<KeptSiteRecord>(bytes));
  LB_ASSIGN_OR_RETURN(std::vector<DatedState> states, ReadStates(record));
  return Site{.display_name = record.display_name(),
              .state = static_cast<SiteState>(record.state()),
              .counted = static_cast<SiteState>(record.counted_state()),
              .states = std::move(states),
              .municipality = record.municipality(),
              .responsible = record.responsible_municipality(),
              .registry_revision = record.registry_revision()};
}

std::string EncodeExposure(const Exposure& exposure) {
  KeptExposureRecord record;
  record.set_site(exposure.site);
  record.set_place(exposure.place);
  record.set_place_display_name(exposure.place_display_name);
  record.set_distance_m(exposure.distance.value());
  record.set_radius_m(exposure.radius.value());
  record.set_definite(exposure.definite);
  record.set_valid_from(base::FormatDate(exposure.valid_from));
  record.set_valid_to(base::FormatDate(exposure.valid_to));
  record.set_absent(!exposure.current);
  return record.SerializeAsString();
}

absl::StatusOr<Exposure> DecodeExposure(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const KeptExposureRecord record,
                      ledger::ParseRecord<KeptExposureRecord>(bytes));
  LB_ASSIGN_OR_RETURN(const auto valid_from,
                      ledger::ParseRecordDate(record.valid_from()));
  LB_ASSIGN_OR_RETURN(const auto valid_to,
                      ledger::ParseRecordDate(record.valid_to()));
  return Exposure{.site = record.site(),
                  .place = record.place(),
                  .place_display_name = record.place_display_name(),
                  .distance = geo::Meters(record.distance_m()),
                  .radius = geo::Meters(record.radius_m()),
                  .definite = record.definite(),
                  .valid_from = valid_from,
                  .valid_to = valid_to,
                  .current = !record.absent()};
}

std::string EncodeUndecided(const Undecided& u) {
  UndecidedRecord record;
  if (u.needs_basis) {
    WritePosition(u.needs_basis, record.mutable_needs_proximity_basis());
  }
  if (u.needs_registry) {
    WritePosition(u.needs_registry, record.mutable_needs_registry_revision());
  }
  WritePosition(u.decided_registry, record.mutable_decided_registry());
  if (u.decided_proximity) {
    WritePosition(u.decided_proximity, record.mutable_decided_proximity());
  }
  if (u.cause) record.set_cause_time_us(absl::ToUnixMicros(*u.cause));
  return record.SerializeAsString();
}

absl::StatusOr<Undecided> DecodeUndecided(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const UndecidedRecord record,
                      ledger::ParseRecord<UndecidedRecord>(bytes));
  Undecided u;
  if (record.has_needs_proximity_basis()) {
    u.needs_basis = ReadPosition(record.needs_proximity_basis());
  }
  if (record.has_needs_registry_revision()) {
    u.needs_registry = ReadPosition(record.needs_registry_revision());
  }
  u.decided_registry = ReadPosition(record.decided_registry());
  if (record.has_decided_proximity()) {
    u.decided_proximity = ReadPosition(record.decided_proximity());
  }
  if (record.cause_time_us() != 0) {
    u.cause = absl::FromUnixMicros(record.cause_time_us());
  }
  return u;
}

std::string EncodeGuard(absl::string_view intervention) {
  GuardRecord record;
  record.set_intervention(std::string(intervention));
  return record.SerializeAsString();
}

std::string EncodeDay(base::Date day) {
  DayRecord record;
  record.set_date(base::FormatDate(day));
  return record.SerializeAsString();
}

absl::StatusOr<base::Date> DecodeDay(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const DayRecord record,
                      ledger::ParseRecord<DayRecord>(bytes));
  return DayOf(record.date());
}

std::string SiteInExposure(absl::string_view id) {
  const std::vector<absl::string_view> parts = absl::StrSplit(id, '~');
  return parts.size() == 3 ? std::string(parts[1]) : "";
}

}  // namespace lagesbild::interventions
