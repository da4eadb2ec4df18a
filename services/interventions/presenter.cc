#include "services/interventions/presenter.h"

#include <optional>
#include <utility>
#include <vector>

#include "lib/access/etag.h"
#include "lib/api/listing.h"
#include "lib/api/names.h"
#include "lib/api/time.h"

namespace lagesbild::interventions {
namespace {

void ShowLists(const Intervention& i, v1::Intervention* message) {
  message->mutable_partners()->Assign(i.partners.begin(), i.partners.end());
  message->mutable_municipalities()->Assign(i.municipalities.begin(),
                                            i.municipalities.end());
  for (const ExternalRef& ref : i.external_refs) {
    auto* shown = message->add_external_refs();
    shown->set_system(ref.system);
    shown->set_id(ref.id);
  }
}

void ShowTimes(const Intervention& i, v1::Intervention* message) {
  message->set_start_date(base::FormatDate(i.start));
  message->set_end_date(base::FormatDate(i.end));
  message->set_next_follow_up(base::FormatDate(i.next_follow_up));
  *message->mutable_create_time() = api::ToTimestamp(i.create_time);
  *message->mutable_update_time() = api::ToTimestamp(i.update_time);
}

}  // namespace

absl::Status Presenter::CheckParent(absl::string_view parent) const {
  return api::CheckRegion(region_, parent);
}

absl::StatusOr<std::string> Presenter::InterventionId(
    absl::string_view name) const {
  return api::IdInRegion(region_, kInterventionPattern, name);
}

absl::StatusOr<std::string> Presenter::SiteId(absl::string_view name,
                                              absl::string_view field) const {
  return api::IdInRegion(region_, kSitePattern, name, field);
}

absl::StatusOr<api::Filter> Presenter::ReadFilter(
    const std::string& text, const google::protobuf::Descriptor* type,
    const access::v1::Caller& caller) const {
  return api::ReadFilter(*redactor_, caller, text, type);
}

std::string Presenter::RegionName() const {
  return api::FormatName(api::kRegionPattern, {region_});
}

std::string Presenter::InterventionName(absl::string_view id) const {
  return api::FormatName(kInterventionPattern, {region_, std::string(id)});
}

std::string Presenter::LayerName(absl::string_view id) const {
  return api::FormatName(kLayerPattern, {region_, std::string(id)});
}

v1::Intervention Presenter::For(const access::v1::Caller& caller,
                                const Intervention& i) const {
  v1::Intervention message;
  message.set_name(InterventionName(i.id));
  for (const std::string& site : i.sites) {
    message.add_sites(api::FormatName(kSitePattern, {region_, site}));
  }
  message.set_type(i.type);
  message.set_display_name(i.display_name);
  message.set_responsible_agency(i.responsible_agency);
  message.set_aim(i.aim);
  message.set_state(static_cast<v1::InterventionState>(i.state));
  message.set_outcome(i.outcome);
  message.set_plan(i.plan);
  ShowLists(i, &message);
  ShowTimes(i, &message);
  redactor_->Redact(caller, &message);
  message.set_etag(access::Etag(message, caller, *redactor_));
  return message;
}

v1::CoverageGap Presenter::For(const access::v1::Caller& caller,
                               const Gap& gap) const {
  v1::CoverageGap message;
  message.set_name(api::FormatName(kGapPattern, {region_, gap.site}));
  message.set_site(api::FormatName(kSitePattern, {region_, gap.site}));
  message.set_site_display_name(gap.site_display_name);
  message.set_kind(static_cast<v1::GapKind>(gap.kind));
  message.set_reason(ReasonOf(gap));
  if (gap.since > absl::UnixEpoch()) {
    *message.mutable_since() = api::ToTimestamp(gap.since);
  }
  message.set_responsible_municipality(gap.responsible_municipality);
  message.set_places(gap.places);
  message.set_nearest_place(
      api::FormatName(kPlacePattern, {region_, gap.nearest_place}));
  message.set_nearest_place_display_name(gap.nearest_place_display_name);
  message.set_nearest_distance_m(gap.nearest_distance.value());
  message.set_definite(gap.definite);
  redactor_->Redact(caller, &message);
  return message;
}

}  // namespace lagesbild::interventions
