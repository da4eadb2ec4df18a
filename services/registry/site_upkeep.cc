#include "services/registry/site_upkeep.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace lagesbild::registry {
namespace {

// How many sites one line of the log names.
constexpr std::size_t kMaxNamedOutside = 20;

// What watchers were told of the site was its standing on the day of its
// record.
bool HasAged(const SiteEntry& entry, base::Date today) {
  const base::Date told = base::DateInSweden(entry.recorded);
  return told < today &&
         StandingOf(entry.site, told) != StandingOf(entry.site, today);
}

void Keep(const Placement& placement, Site* site) {
  const auto lies_in = [&](const std::string& code,
                           const std::vector<std::string>& others) {
    const auto& codes = placement.municipalities;
    return std::binary_search(codes.begin(), codes.end(), code) ||
           std::binary_search(others.begin(), others.end(), code);
  };
  if (!lies_in(site->responsible_municipality, placement.districts)) {
    site->responsible_municipality = placement.municipality;
  }
  if (!lies_in(site->responsible_police, placement.police_areas)) {
    site->responsible_police = placement.municipality;
  }
  site->placement = placement;
}

// Where the site lies; looked up here only when it has been moved meanwhile.
std::optional<Placement> PlacementNow(const UpkeepPlan& plan,
                                      const UpkeepPlan::Item& item,
                                      const Site& site) {
  if (site.geometry == item.seen->site.geometry) return item.placement;
  return plan.areas->Place(geo::Shape(site.geometry));
}

}  // namespace

UpkeepPlan PlanUpkeep(std::shared_ptr<const AreaSet> areas,
                      ledger::Revision areas_revision, base::Date today,
                      const SiteMap& sites) {
  UpkeepPlan plan{std::move(areas), areas_revision, today, {}, {}};
  for (const auto& [id, entry] : sites) {
    auto placement = plan.areas->Place(geo::Shape(entry->site.geometry));
    if (!placement) plan.outside.push_back(id);
    if (placement == entry->site.placement) placement.reset();
    if (!placement && !HasAged(*entry, today)) continue;
    plan.items[id] = {entry, std::move(placement)};
  }
  return plan;
}

ledger::Transaction DecideUpkeep(const RegistryState& state,
                                 const UpkeepPlan& plan, absl::Time now) {
  if (state.areas_revision() != plan.areas_revision) return {};
  SiteBatch batch(state);
  for (const auto& [id, item] : plan.items) {
    const auto before = state.FindSite(id);
    if (before == nullptr) continue;
    Site after = before->site;
    const auto placement = PlacementNow(plan, item, after);
    if (placement) Keep(*placement, &after);
    if (HasAged(*before, plan.today)) after.update_time = now;
    batch.Put(before.get(), std::move(after), now);
  }
  return batch.Take();
}

SiteUpkeep::SiteUpkeep(const Backend& backend)
    : backend_(backend), writer_(backend.view, backend.ledger) {}

void SiteUpkeep::Run(absl::Duration budget, ledger::CommitCallback done) {
  backend_.executor->Run([=, this] {
    // Stored times have microseconds.
    const absl::Time now =
        absl::FromUnixMicros(absl::ToUnixMicros(backend_.clock->Now()));
    const auto plan = Plan(base::DateInSweden(now));
    TellOutside(*plan);
    ledger::Meta meta;
    meta.actor = kServiceName;
    meta.cause = "Upkeep";
    writer_.Mutate(
        std::move(meta),
        [plan, now](
            const RegistryState& state) -> absl::StatusOr<ledger::Transaction> {
          return DecideUpkeep(state, *plan, now);
        },
        budget, done);
  });
}

std::shared_ptr<const UpkeepPlan> SiteUpkeep::Plan(base::Date today) const {
  ledger::Revision revision = 0;
  SiteMap sites;
  backend_.view->Read([&](const RegistryState& state, const ledger::Head&) {
    revision = state.areas_revision();
    sites = state.sites();
  });
  // After the revision: areas that are newer than it are refused when the plan
  // is decided on.
  auto areas = backend_.area_sets->Ahead(*backend_.view, today);
  return std::make_shared<const UpkeepPlan>(
      PlanUpkeep(std::move(areas), revision, today, sites));
}

void SiteUpkeep::TellOutside(const UpkeepPlan& plan) const {
  if (plan.outside.empty()) return;
  std::string names;
  for (std::size_t i = 0; i < std::min(plan.outside.size(), kMaxNamedOutside);
       ++i) {
    absl::StrAppend(&names, i == 0 ? "" : ",",
                    backend_.presenter->SiteName(plan.outside[i]));
  }
  backend_.logger->Warn(
      "sites lie in no municipality and keep the one they had",
      {{"sites", names}, {"count", absl::StrCat(plan.outside.size())}});
}

}  // namespace lagesbild::registry
