#include "services/registry/presenter.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/access/etag.h"
#include "lib/api/names.h"
#include "lib/api/time.h"
#include "lib/base/status.h"
#include "lib/input/geometry.h"
#include "services/registry/registry_access.h"

namespace lagesbild::registry {
namespace {

void ShowAssessment(const Assessment& a, v1::Assessment* message) {
  message->set_party(static_cast<v1::Party>(a.party));
  message->set_verdict(static_cast<v1::Verdict>(a.verdict));
  message->set_valid_from(base::FormatDate(a.valid_from));
  message->set_evidence_date(base::FormatDate(a.evidence_date));
  message->set_definition_version(a.definition_version);
  message->set_note(a.note);
  message->set_agency(a.agency);
  message->set_on_behalf(a.on_behalf);
  *message->mutable_create_time() = api::ToTimestamp(a.create_time);
}

void ShowPlace(const Site& site, v1::Site* message) {
  input::WriteGeometry(site.geometry, message->mutable_geometry());
  const Placement& placement = site.placement;
  message->set_area_m2(placement.area.value());
  message->set_municipality(placement.municipality);
  message->mutable_municipalities()->Assign(placement.municipalities.begin(),
                                            placement.municipalities.end());
  message->mutable_districts()->Assign(placement.districts.begin(),
                                       placement.districts.end());
  message->mutable_police_areas()->Assign(placement.police_areas.begin(),
                                          placement.police_areas.end());
  message->set_responsible_municipality(site.responsible_municipality);
  message->set_responsible_police(site.responsible_police);
}

void ShowStanding(const Site& site, base::Date on, v1::Site* message) {
  const Standing standing = StandingOf(site, on);
  message->set_state(static_cast<v1::SiteState>(standing.state));
  message->set_counted_state(static_cast<v1::SiteState>(standing.counted));
  for (const std::string& reason : standing.reasons) {
    message->add_state_reasons(reason);
  }
  message->set_state_since(base::FormatDate(standing.since));
  message->set_stale(standing.stale);
  for (const DatedState& dated : StatesOf(site)) {
    auto* shown = message->add_states();
    shown->set_valid_from(base::FormatDate(dated.from));
    shown->set_state(static_cast<v1::SiteState>(dated.state));
    shown->set_counted_state(static_cast<v1::SiteState>(dated.counted));
  }
  for (const Assessment& a : site.assessments) {
    ShowAssessment(a, message->add_assessments());
  }
}

void ShowNotes(const Site& site, v1::Site* message) {
  message->set_note(site.note);
  message->set_responsible_note(site.responsible_note);
  message->set_law_enforcement_note(site.law_enforcement_note);
  message->set_owner_note(site.owner_note);
  for (const ExternalRef& ref : site.external_refs) {
    auto* shown = message->add_external_refs();
    shown->set_system(ref.system);
    shown->set_id(ref.id);
  }
}

}  // namespace

std::string AreaId(AreaKind kind, absl::string_view code) {
  return api::IdForExternal(absl::StrCat(AreaKindName(kind), "-", code));
}

absl::Status Presenter::CheckParent(absl::string_view parent) const {
  return api::CheckRegion(region_, parent);
}

absl::StatusOr<std::string> Presenter::SiteId(absl::string_view name,
                                              absl::string_view field) const {
  return api::IdInRegion(region_, kSitePattern, name, field);
}

absl::StatusOr<api::Filter> Presenter::ReadFilter(
    const std::string& text, const google::protobuf::Descriptor* type,
    const access::v1::Caller& caller) const {
  LB_ASSIGN_OR_RETURN(api::Filter filter, api::Filter::Compile(text, type));
  LB_RETURN_IF_ERROR(CheckFilterFields(caller, *type, filter.fields()));
  return filter;
}

std::string Presenter::SiteName(absl::string_view id) const {
  return api::FormatName(kSitePattern, {region_, std::string(id)});
}

v1::Site Presenter::Whole(const Site& site, base::Date on) const {
  v1::Site message;
  message.set_name(SiteName(site.id));
  message.set_display_name(site.display_name);
  ShowPlace(site, &message);
  message.set_category(site.category);
  message.set_near_transit(site.near_transit);
  message.set_established_since(base::FormatDate(site.established_since));
  ShowStanding(site, on, &message);
  ShowNotes(site, &message);
  *message.mutable_create_time() = api::ToTimestamp(site.create_time);
  *message.mutable_update_time() = api::ToTimestamp(site.update_time);
  message.set_owner_agency(site.owner_agency);
  return message;
}

v1::Area Presenter::Whole(const Area& area) const {
  v1::Area message;
  message.set_name(api::FormatName(kAreaPattern, {region_, area.id}));
  message.set_kind(static_cast<v1::AreaKind>(area.kind));
  message.set_code(area.code);
  message.set_display_name(area.display_name);
  input::WriteGeometry(area.geometry, message.mutable_geometry());
  message.set_valid_from(base::FormatDate(area.valid_from));
  message.set_valid_to(base::FormatDate(area.valid_to));
  return message;
}

v1::Site Presenter::For(const access::v1::Caller& caller, const Site& site,
                        base::Date on) const {
  v1::Site message = Redacted(caller, site, on);
  SetEtag(caller, &message);
  return message;
}

std::string Presenter::ShownKey(const access::v1::Caller& caller,
                                base::Date on) const {
  return absl::StrCat(on - base::Date(), "|",
                      redactor_->VisibilityKey(v1::Site::descriptor(), caller));
}

void Presenter::SetEtag(const access::v1::Caller& caller,
                        v1::Site* redacted) const {
  redacted->set_etag(access::Etag(*redacted, caller, *redactor_));
}

v1::Site Presenter::Redacted(const access::v1::Caller& caller, const Site& site,
                             base::Date on) const {
  v1::Site message = Whole(site, on);
  redactor_->Redact(caller, &message);
  return message;
}

}  // namespace lagesbild::registry
