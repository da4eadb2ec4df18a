#include "services/interventions/intervention_changes.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/input/faults.h"
#include "services/interventions/interventions_access.h"

namespace lagesbild::interventions {
namespace {

absl::Status CheckSitesKnown(const Scene& scene,
                             const std::vector<std::string>& sites) {
  input::Faults faults;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (scene.state.FindSite(sites[i]) != nullptr) continue;
    faults.Add(absl::StrCat("intervention.sites[", i, "]"),
               absl::StrCat("there is no site ", sites[i]));
  }
  return faults.ToStatus();
}

absl::Status CheckMayWriteNow(const Scene& scene, const Intervention& i) {
  for (const std::string& id : i.sites) {
    const auto site = scene.state.FindSite(id);
    LB_RETURN_IF_ERROR(site == nullptr ? CheckMayWrite(scene.caller, i)
                                       : CheckMayWriteAt(scene.caller, *site));
  }
  return absl::OkStatus();
}

// The intervention, when the caller may change it and has seen it as it is.
absl::StatusOr<Intervention> Open(const Scene& scene, const std::string& id,
                                  const std::string& etag) {
  const auto entry = scene.state.FindIntervention(id);
  if (entry == nullptr) return NoSuchIntervention(scene.presenter, id);
  LB_RETURN_IF_ERROR(CheckMayWriteNow(scene, entry->intervention));
  const auto shown = scene.presenter.For(scene.caller, entry->intervention);
  if (!etag.empty() && etag != shown.etag()) {
    return base::Error(absl::StatusCode::kAborted, base::kEtagMismatch,
                       "the intervention has changed since it was read",
                       {{"name", shown.name()}});
  }
  return entry->intervention;
}

Intervention Close(const Scene& scene, Intervention changed) {
  changed.municipalities =
      MunicipalitiesOf(changed, [&scene](const std::string& id) {
        return scene.state.FindSite(id).get();
      });
  changed.update_time = scene.now;
  return changed;
}

}  // namespace

absl::StatusOr<Intervention> DecideCreate(const Scene& scene,
                                          Intervention asked) {
  LB_RETURN_IF_ERROR(CheckSitesKnown(scene, asked.sites));
  LB_RETURN_IF_ERROR(CheckMayWriteNow(scene, asked));
  if (asked.responsible_agency.empty()) {
    asked.responsible_agency = scene.caller.agency();
  }
  LB_RETURN_IF_ERROR(
      CheckMayMakeResponsible(scene.caller, asked.responsible_agency));
  if (scene.state.FindIntervention(asked.id) != nullptr) {
    return absl::AlreadyExistsError(
        absl::StrCat(scene.presenter.InterventionName(asked.id), " exists"));
  }
  asked.state = State::kPlanned;
  asked.create_time = scene.now;
  return Close(scene, std::move(asked));
}

absl::StatusOr<Intervention> DecideActivate(const Scene& scene,
                                            const Activation& asked) {
  LB_ASSIGN_OR_RETURN(Intervention changed, Open(scene, asked.id, asked.etag));
  LB_RETURN_IF_ERROR(Activate(asked.start, scene.today, &changed));
  return Close(scene, std::move(changed));
}

absl::StatusOr<Intervention> DecideComplete(const Scene& scene,
                                            const Completion& asked) {
  LB_ASSIGN_OR_RETURN(Intervention changed, Open(scene, asked.id, asked.etag));
  LB_RETURN_IF_ERROR(Complete(asked.end, scene.today, &changed));
  if (!asked.outcome.empty()) changed.outcome = asked.outcome;
  return Close(scene, std::move(changed));
}

absl::Status NoSuchIntervention(const Presenter& presenter,
                                absl::string_view id) {
  return absl::NotFoundError(absl::StrCat("there is no intervention ",
                                          presenter.InterventionName(id)));
}

}  // namespace lagesbild::interventions
