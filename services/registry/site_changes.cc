#include "services/registry/site_changes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/base/status.h"
#include "services/registry/registry_access.h"
#include "services/registry/registry_records.h"

namespace lagesbild::registry {
namespace {

bool Contains(const std::vector<std::string>& codes, const std::string& code) {
  return std::binary_search(codes.begin(), codes.end(), code);
}

// Keeps `code` where it is one of those that the site lies in.
void SettleResponsible(const Placement& placement,
                       const std::vector<std::string>& others, bool given,
                       const std::string& field, std::string* code,
                       input::Faults* faults) {
  const bool lies_in =
      Contains(placement.municipalities, *code) || Contains(others, *code);
  if (lies_in) return;
  if (given && !code->empty()) {
    return faults->Add(field, "is no area that the site lies in");
  }
  *code = placement.municipality;
}

absl::Status CheckEtag(const Scene& scene, const Site& site,
                       const std::string& etag) {
  if (etag.empty()) return absl::OkStatus();
  const v1::Site now =
      scene.presenter.For(scene.act.caller, site, scene.act.today);
  if (now.etag() == etag) return absl::OkStatus();
  return base::Error(absl::StatusCode::kAborted, base::kEtagMismatch,
                     "the site has changed since it was read",
                     {{"name", now.name()}});
}

// A word that only repeats the party's last one says nothing new.
bool Repeats(const Site& site, const Assessment& assessment) {
  for (auto it = site.assessments.rbegin(); it != site.assessments.rend();
       ++it) {
    if (it->party == assessment.party) return SameVerdict(*it, assessment);
  }
  return false;
}

std::vector<std::string> OtherDuplicates(const Scene& scene,
                                         const Creation& creation) {
  std::vector<std::string> others;
  for (std::string& id :
       scene.state.LikelyDuplicates(*creation.draft.shape, scene.act.today)) {
    if (creation.allowed_duplicates.count(id) == 0) {
      others.push_back(std::move(id));
    }
  }
  return others;
}

Site NewSite(const Creation& creation, const Act& act) {
  Site site;
  site.id = creation.id;
  site.owner_agency = act.caller.agency();
  site.create_time = act.now;
  Apply(creation.draft, &site);
  return site;
}

absl::Status Replace(const Scene& scene, const SiteDraft& draft, Site* site) {
  Apply(draft, site);
  const bool moves = draft.Has("geometry") ||
                     draft.Has("responsible_municipality") ||
                     draft.Has("responsible_police");
  if (!moves) return absl::OkStatus();
  LB_RETURN_IF_ERROR(CheckAreasKnown(scene.areas));
  input::Faults faults;
  PlaceSite(scene.areas,
            draft.shape ? *draft.shape : geo::Shape(site->geometry), draft,
            "site", site, &faults);
  return faults.ToStatus();
}

}  // namespace

std::shared_ptr<const AreaSet> AreaSets::For(const RegistryState& state,
                                             base::Date date) {
  base::MutexLock lock(&mutex_);
  if (areas_ != nullptr && revision_ == state.areas_revision() &&
      date_ == date) {
    return areas_;
  }
  std::vector<std::shared_ptr<const Area>> areas;
  for (const auto& [id, entry] : state.areas()) {
    areas.emplace_back(entry, &entry->area);
  }
  areas_ = std::make_shared<const AreaSet>(areas, date);
  revision_ = state.areas_revision();
  date_ = date;
  return areas_;
}

absl::Status CheckAreasKnown(const AreaSet& areas) {
  if (areas.has_municipalities()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the region has no municipalities yet: import its areas first");
}

void PlaceAhead(std::shared_ptr<const AreaSet> areas, SiteDraft* draft) {
  if (!draft->shape) return;
  draft->placement = areas->Place(*draft->shape);
  draft->placed_by = std::move(areas);
}

void PlaceSite(const AreaSet& areas, const geo::Shape& shape,
               const SiteDraft& draft, absl::string_view prefix, Site* site,
               input::Faults* faults) {
  const std::string at = absl::StrCat(prefix, ".");
  std::optional<Placement> placement =
      draft.placed_by.get() == &areas ? draft.placement : areas.Place(shape);
  if (!placement) {
    const bool swapped = areas.HoldsSwapped(shape.geometry());
    return faults->Add(
        at + "geometry",
        swapped ? "lies outside the region; with latitude and longitude "
                  "swapped it would lie inside"
                : "lies outside the region: in none of its municipalities");
  }
  site->placement = *std::move(placement);
  SettleResponsible(site->placement, site->placement.districts,
                    draft.Has("responsible_municipality"),
                    at + "responsible_municipality",
                    &site->responsible_municipality, faults);
  SettleResponsible(site->placement, site->placement.police_areas,
                    draft.Has("responsible_police"), at + "responsible_police",
                    &site->responsible_police, faults);
}

absl::Status LikelyDuplicate(const Presenter& presenter,
                             const std::vector<std::string>& ids) {
  if (ids.empty()) return absl::OkStatus();
  const std::string names =
      absl::StrJoin(ids, ",", [&](std::string* out, const std::string& id) {
        absl::StrAppend(out, presenter.SiteName(id));
      });
  return base::Error(absl::StatusCode::kAlreadyExists, base::kLikelyDuplicate,
                     absl::StrCat("overlaps or lies within ",
                                  kDuplicateRadius.value(), " m of ", names),
                     {{"candidates", names}});
}

bool SiteBatch::Put(const SiteEntry* before, Site after, absl::Time now) {
  const bool news = before == nullptr || !SameForPartners(before->site, after);
  if (news) after.update_time = now;
  if (before != nullptr && before->site == after) return false;
  if (before == nullptr || before->site.geometry != after.geometry) {
    GuardPlace(after);
  }
  transaction_.writes.push_back(
      {.key = SiteKey(after.id),
       .value = EncodeSite(after, before == nullptr ? "" : before->bytes),
       .expected = before == nullptr ? 0 : before->revision});
  return true;
}

void SiteBatch::GuardPlace(const Site& site) {
  for (const std::string& cell : CellsNear(site.geometry, kDuplicateRadius)) {
    near_[cell] = site.id;
  }
}

ledger::Transaction SiteBatch::Take() {
  if (empty()) return {};
  for (const auto& [cell, site] : near_) {
    transaction_.writes.push_back({.key = NearKey(cell),
                                   .value = EncodeNear(site),
                                   .expected = state_.NearRevision(cell)});
  }
  // Where it lies was found with these areas.
  transaction_.checks.push_back({kAreasKey, state_.areas_revision()});
  return std::move(transaction_);
}

absl::StatusOr<ledger::Transaction> DecideCreate(const Scene& scene,
                                                 const Creation& creation) {
  LB_RETURN_IF_ERROR(CheckAreasKnown(scene.areas));
  Site site = NewSite(creation, scene.act);
  input::Faults faults;
  PlaceSite(scene.areas, *creation.draft.shape, creation.draft, "site", &site,
            &faults);
  LB_RETURN_IF_ERROR(faults.ToStatus());
  LB_RETURN_IF_ERROR(CheckMayWrite(scene.act.caller, site));
  LB_RETURN_IF_ERROR(CheckMaySet(scene.act.caller, site, creation.draft));
  if (scene.state.FindSite(site.id) != nullptr) {
    return absl::AlreadyExistsError(
        absl::StrCat(scene.presenter.SiteName(site.id), " exists"));
  }
  LB_RETURN_IF_ERROR(
      LikelyDuplicate(scene.presenter, OtherDuplicates(scene, creation)));
  SiteBatch batch(scene.state);
  batch.Put(nullptr, std::move(site), scene.act.now);
  return batch.Take();
}

absl::StatusOr<ledger::Transaction> DecideUpdate(const Scene& scene,
                                                 const Update& update) {
  const auto before = scene.state.FindSite(update.id);
  if (before == nullptr) return NoSuchSite(scene.presenter, update.id);
  const access::v1::Caller& caller = scene.act.caller;
  LB_RETURN_IF_ERROR(CheckMayWrite(caller, before->site));
  input::Faults faults;
  const SiteDraft draft = ReadMaskedFields(update.message, update.mask,
                                           SettableFor(caller, before->site),
                                           scene.act.today, &faults);
  LB_RETURN_IF_ERROR(CheckMaySet(caller, before->site, draft));
  LB_RETURN_IF_ERROR(faults.ToStatus());
  LB_RETURN_IF_ERROR(CheckEtag(scene, before->site, update.message.etag()));
  Site after = before->site;
  LB_RETURN_IF_ERROR(Replace(scene, draft, &after));
  LB_RETURN_IF_ERROR(CheckMayWrite(caller, after));
  SiteBatch batch(scene.state);
  batch.Put(before.get(), std::move(after), scene.act.now);
  return batch.Take();
}

absl::StatusOr<ledger::Transaction> DecideAssess(const Scene& scene,
                                                 const AssessmentOf& request) {
  const auto before = scene.state.FindSite(request.id);
  if (before == nullptr) return NoSuchSite(scene.presenter, request.id);
  Site after = before->site;
  Assessment assessment = request.assessment;
  LB_ASSIGN_OR_RETURN(const Speaker speaker,
                      SpeakerFor(scene.act.caller, after, assessment.party));
  LB_RETURN_IF_ERROR(CheckEtag(scene, after, request.etag));
  if (after.assessments.size() >= kMaxAssessments) {
    return absl::ResourceExhaustedError("the site has too many assessments");
  }
  assessment.party = speaker.party;
  assessment.on_behalf = speaker.on_behalf;
  if (Repeats(after, assessment)) return ledger::Transaction();
  after.assessments.push_back(std::move(assessment));
  SiteBatch batch(scene.state);
  batch.Put(before.get(), std::move(after), scene.act.now);
  return batch.Take();
}

absl::Status NoSuchSite(const Presenter& presenter, absl::string_view id) {
  return absl::NotFoundError(
      absl::StrCat("there is no site ", presenter.SiteName(id)));
}

}  // namespace lagesbild::registry
