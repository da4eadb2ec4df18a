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

const char* OutsideWords(const Placed& placed) {
  return placed.swapped
             ? "lies outside the region; with latitude and longitude swapped "
               "it would lie inside"
             : "lies outside the region: in none of its municipalities";
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

// ALREADY_EXISTS LIKELY_DUPLICATE naming the sites near `shape` that are
// neither the site itself nor allowed; OK when there are none.
absl::Status CheckDuplicates(const Scene& scene, const geo::Shape& shape,
                             const std::string& self,
                             const std::set<std::string>& allowed) {
  std::vector<std::string> others;
  for (const std::string& id :
       scene.state.LikelyDuplicates(shape, scene.act.today)) {
    if (id == self || allowed.count(id) > 0) continue;
    others.push_back(scene.presenter.SiteName(id));
  }
  if (others.empty()) return absl::OkStatus();
  const std::string names = absl::StrJoin(others, ",");
  return base::Error(absl::StatusCode::kAlreadyExists, base::kLikelyDuplicate,
                     absl::StrCat("overlaps or lies within ",
                                  kDuplicateRadius.value(), " m of ", names),
                     {{"candidates", names}});
}

Site NewSite(const Creation& creation, const Act& act) {
  Site site;
  site.id = creation.id;
  site.owner_agency = act.caller.agency();
  site.create_time = act.now;
  Apply(creation.draft, &site);
  return site;
}

// Where the draft's shape lies; found here only where the areas have changed
// since it was found ahead.
Placed PlacedNow(const Scene& scene, const SiteDraft& draft) {
  auto areas = scene.areas();
  if (draft.placed && draft.placed->areas == areas) return *draft.placed;
  return PlaceIn(std::move(areas), *draft.shape);
}

// What the update makes of the site, or why it may not.
absl::StatusOr<Site> Revise(const Scene& scene, const SiteEntry& before,
                            const Update& update) {
  const access::v1::Caller& caller = scene.act.caller;
  LB_RETURN_IF_ERROR(CheckMayWrite(caller, before.site));
  LB_RETURN_IF_ERROR(CheckMaySet(caller, before.site, update.draft));
  LB_RETURN_IF_ERROR(update.faults);
  LB_RETURN_IF_ERROR(CheckEtag(scene, before.site, update.etag));
  Site after = before.site;
  Apply(update.draft, &after);
  input::Faults faults;
  PlaceSite(scene, update.draft, Moves(&before, after), "site", &after,
            &faults);
  LB_RETURN_IF_ERROR(faults.ToStatus());
  LB_RETURN_IF_ERROR(CheckMayWrite(caller, after));
  return after;
}

}  // namespace

absl::Status CheckAreasKnown(const Scene& scene) {
  if (scene.areas()->has_municipalities()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the region has no municipalities yet: import its areas first");
}

void PlaceAhead(std::shared_ptr<const AreaSet> areas, SiteDraft* draft) {
  if (draft->shape) draft->placed = PlaceIn(std::move(areas), *draft->shape);
}

bool Moves(const SiteEntry* before, const Site& after) {
  return before == nullptr || before->site.geometry != after.geometry;
}

void PlaceSite(const Scene& scene, const SiteDraft& draft, bool moves,
               absl::string_view prefix, Site* site, input::Faults* faults) {
  const std::string at = absl::StrCat(prefix, ".");
  if (moves) {
    Placed placed = PlacedNow(scene, draft);
    if (!placed.placement) {
      return faults->Add(at + "geometry", OutsideWords(placed));
    }
    site->placement = *std::move(placed.placement);
  }
  SettleResponsible(site->placement, site->placement.districts,
                    draft.Has("responsible_municipality"),
                    at + "responsible_municipality",
                    &site->responsible_municipality, faults);
  SettleResponsible(site->placement, site->placement.police_areas,
                    draft.Has("responsible_police"), at + "responsible_police",
                    &site->responsible_police, faults);
}

bool SiteBatch::Put(const SiteEntry* before, Site after, absl::Time now) {
  const bool news = before == nullptr || !SameForPartners(before->site, after);
  if (news) after.update_time = now;
  if (before != nullptr && before->site == after) return false;
  if (Moves(before, after)) GuardPlace(after);
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
  LB_RETURN_IF_ERROR(CheckAreasKnown(scene));
  Site site = NewSite(creation, scene.act);
  input::Faults faults;
  PlaceSite(scene, creation.draft, true, "site", &site, &faults);
  LB_RETURN_IF_ERROR(faults.ToStatus());
  LB_RETURN_IF_ERROR(CheckMayWrite(scene.act.caller, site));
  LB_RETURN_IF_ERROR(CheckMaySet(scene.act.caller, site, creation.draft));
  if (scene.state.FindSite(site.id) != nullptr) {
    return absl::AlreadyExistsError(
        absl::StrCat(scene.presenter.SiteName(site.id), " exists"));
  }
  LB_RETURN_IF_ERROR(CheckDuplicates(scene, *creation.draft.shape, site.id,
                                     creation.allowed_duplicates));
  SiteBatch batch(scene.state);
  batch.Put(nullptr, std::move(site), scene.act.now);
  return batch.Take();
}

absl::StatusOr<ledger::Transaction> DecideUpdate(const Scene& scene,
                                                 const Update& update) {
  const auto before = scene.state.FindSite(update.id);
  if (before == nullptr) return NoSuchSite(scene.presenter, update.id);
  LB_ASSIGN_OR_RETURN(Site after, Revise(scene, *before, update));
  if (Moves(before.get(), after)) {
    LB_RETURN_IF_ERROR(CheckDuplicates(scene, *update.draft.shape, update.id,
                                       update.allowed_duplicates));
  }
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
