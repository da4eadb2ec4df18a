#include "services/registry/registry_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lagesbild/registry/store/v1/registry_store.pb.h"
#include "lib/base/status.h"
#include "lib/geo/geometry_record.h"
#include "lib/ledger/record.h"

namespace lagesbild::registry {
namespace {

using store::v1::AreaRecord;
using store::v1::AssessmentRecord;
using store::v1::SiteRecord;

void WriteAssessment(const Assessment& a, AssessmentRecord* record) {
  record->set_party(static_cast<int>(a.party));
  record->set_verdict(static_cast<int>(a.verdict));
  record->set_valid_from(base::FormatDate(a.valid_from));
  record->set_evidence_date(base::FormatDate(a.evidence_date));
  record->set_definition_version(a.definition_version);
  record->set_note(a.note);
  record->set_agency(a.agency);
  record->set_on_behalf(a.on_behalf);
  record->set_create_time_us(absl::ToUnixMicros(a.create_time));
}

absl::StatusOr<Assessment> ReadAssessment(const AssessmentRecord& record) {
  Assessment a;
  a.party = static_cast<Party>(record.party());
  a.verdict = static_cast<Verdict>(record.verdict());
  LB_ASSIGN_OR_RETURN(a.valid_from, base::ParseDate(record.valid_from()));
  LB_ASSIGN_OR_RETURN(a.evidence_date, base::ParseDate(record.evidence_date()));
  a.definition_version = record.definition_version();
  a.note = record.note();
  a.agency = record.agency();
  a.on_behalf = record.on_behalf();
  a.create_time = absl::FromUnixMicros(record.create_time_us());
  return a;
}

template <typename Codes>
void WriteCodes(const std::vector<std::string>& codes, Codes* stored) {
  stored->Assign(codes.begin(), codes.end());
}

void WritePlacement(const Placement& placement, SiteRecord* record) {
  record->set_area_m2(placement.area.value());
  record->set_municipality(placement.municipality);
  WriteCodes(placement.municipalities, record->mutable_municipalities());
  WriteCodes(placement.districts, record->mutable_districts());
  WriteCodes(placement.police_areas, record->mutable_police_areas());
}

Placement ReadPlacement(const SiteRecord& record) {
  const auto codes = [](const auto& stored) {
    return std::vector<std::string>(stored.begin(), stored.end());
  };
  return {.area = geo::SquareMeters(record.area_m2()),
          .municipality = record.municipality(),
          .municipalities = codes(record.municipalities()),
          .districts = codes(record.districts()),
          .police_areas = codes(record.police_areas())};
}

void WriteNotes(const Site& site, SiteRecord* record) {
  record->set_note(site.note);
  record->set_responsible_note(site.responsible_note);
  record->set_law_enforcement_note(site.law_enforcement_note);
  record->set_owner_note(site.owner_note);
}

void WriteOrigin(const Site& site, SiteRecord* record) {
  record->set_owner_agency(site.owner_agency);
  record->set_source(site.source);
  record->set_external_id(site.external_id);
  record->set_create_time_us(absl::ToUnixMicros(site.create_time));
  record->set_update_time_us(absl::ToUnixMicros(site.update_time));
  record->clear_external_refs();
  for (const ExternalRef& ref : site.external_refs) {
    auto* stored = record->add_external_refs();
    stored->set_system(ref.system);
    stored->set_id(ref.id);
  }
}

void ReadNotesAndOrigin(const SiteRecord& record, Site* site) {
  site->note = record.note();
  site->responsible_note = record.responsible_note();
  site->law_enforcement_note = record.law_enforcement_note();
  site->owner_note = record.owner_note();
  site->owner_agency = record.owner_agency();
  site->source = record.source();
  site->external_id = record.external_id();
  site->create_time = absl::FromUnixMicros(record.create_time_us());
  site->update_time = absl::FromUnixMicros(record.update_time_us());
  for (const auto& ref : record.external_refs()) {
    site->external_refs.push_back({ref.system(), ref.id()});
  }
}

// Map order and the like do not occur in these records, so equal values have
// equal bytes.
std::string Bytes(const google::protobuf::MessageLite& record) {
  return record.SerializeAsString();
}

}  // namespace

std::string AreaKey(absl::string_view id) {
  return absl::StrCat(kAreaPrefix, id);
}
std::string SiteKey(absl::string_view id) {
  return absl::StrCat(kSitePrefix, id);
}
std::string NearKey(absl::string_view cell) {
  return absl::StrCat(kNearPrefix, cell);
}

std::string EncodeArea(const Area& area, absl::string_view previous) {
  AreaRecord record;
  record.ParseFromArray(previous.data(), static_cast<int>(previous.size()));
  record.set_kind(static_cast<int>(area.kind));
  record.set_code(area.code);
  record.set_display_name(area.display_name);
  geo::WriteGeometryRecord(area.geometry, record.mutable_geometry());
  record.set_valid_from(base::FormatDate(area.valid_from));
  record.set_valid_to(base::FormatDate(area.valid_to));
  return Bytes(record);
}

std::string EncodeSite(const Site& site, absl::string_view previous) {
  SiteRecord record;
  record.ParseFromArray(previous.data(), static_cast<int>(previous.size()));
  record.set_display_name(site.display_name);
  geo::WriteGeometryRecord(site.geometry, record.mutable_geometry());
  WritePlacement(site.placement, &record);
  record.set_responsible_municipality(site.responsible_municipality);
  record.set_responsible_police(site.responsible_police);
  record.set_category(site.category);
  record.set_near_transit(site.near_transit);
  record.set_established_since(base::FormatDate(site.established_since));
  WriteNotes(site, &record);
  WriteOrigin(site, &record);
  // Assessments are only ever added: those stored stay as they were read.
  const int known = record.assessments_size();
  for (std::size_t i = known; i < site.assessments.size(); ++i) {
    WriteAssessment(site.assessments[i], record.add_assessments());
  }
  return Bytes(record);
}

std::string EncodeAreas(int count) {
  store::v1::AreasRecord record;
  record.set_count(count);
  return Bytes(record);
}

std::string EncodeNear(absl::string_view site) {
  store::v1::NearRecord record;
  record.set_site(std::string(site));
  return Bytes(record);
}

std::string EncodeImport(const ImportCounts& counts) {
  store::v1::ImportRecord record;
  record.set_created(counts.created);
  record.set_updated(counts.updated);
  record.set_unchanged(counts.unchanged);
  record.set_assessments(counts.assessments);
  return Bytes(record);
}

absl::StatusOr<ImportCounts> DecodeImport(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const store::v1::ImportRecord record,
                      ledger::ParseRecord<store::v1::ImportRecord>(bytes));
  return ImportCounts{.created = record.created(),
                      .updated = record.updated(),
                      .unchanged = record.unchanged(),
                      .assessments = record.assessments()};
}

absl::StatusOr<Area> DecodeArea(absl::string_view id, absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const AreaRecord record,
                      ledger::ParseRecord<AreaRecord>(bytes));
  Area area{.id = std::string(id),
            .kind = static_cast<AreaKind>(record.kind()),
            .code = record.code(),
            .display_name = record.display_name(),
            .geometry = geo::ReadGeometryRecord(record.geometry()),
            .valid_from = std::nullopt,
            .valid_to = std::nullopt};
  LB_ASSIGN_OR_RETURN(area.valid_from,
                      ledger::ParseRecordDate(record.valid_from()));
  LB_ASSIGN_OR_RETURN(area.valid_to,
                      ledger::ParseRecordDate(record.valid_to()));
  return area;
}

absl::StatusOr<Site> DecodeSite(absl::string_view id, absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const SiteRecord record,
                      ledger::ParseRecord<SiteRecord>(bytes));
  Site site;
  site.id = std::string(id);
  site.display_name = record.display_name();
  site.geometry = geo::ReadGeometryRecord(record.geometry());
  site.placement = ReadPlacement(record);
  site.responsible_municipality = record.responsible_municipality();
  site.responsible_police = record.responsible_police();
  site.category = record.category();
  site.near_transit = record.near_transit();
  LB_ASSIGN_OR_RETURN(site.established_since,
                      ledger::ParseRecordDate(record.established_since()));
  ReadNotesAndOrigin(record, &site);
  for (const AssessmentRecord& stored : record.assessments()) {
    LB_ASSIGN_OR_RETURN(Assessment a, ReadAssessment(stored));
    site.assessments.push_back(std::move(a));
  }
  return site;
}

}  // namespace lagesbild::registry
