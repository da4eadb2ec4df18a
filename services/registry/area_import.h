#ifndef LAGESBILD_SERVICES_REGISTRY_AREA_IMPORT_H_
#define LAGESBILD_SERVICES_REGISTRY_AREA_IMPORT_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lagesbild/registry/v1/registry.pb.h"
#include "lib/ledger/ledger.h"
#include "services/registry/registry_records.h"
#include "services/registry/registry_state.h"
#include "services/registry/site_changes.h"

// Files of areas: all of it in one revision, or none. What sites lie in follows
// in a second one (Resettle), which is found anew at every start.
namespace lagesbild::registry {

inline constexpr int kMaxAreas = 20'000;

// Reads the messages of a stream. INVALID_ARGUMENT with every faulty area and
// field ("areas[3].geometry", counted from 1 over the whole stream).
absl::StatusOr<std::vector<Area>> ReadAreaImport(
    const std::vector<v1::ImportAreasRequest>& messages);

absl::StatusOr<ledger::Transaction> DecideAreas(const RegistryState& state,
                                                const std::vector<Area>& areas,
                                                ImportCounts* counts);

// Where sites were found to lie in newer areas, ahead of the decision.
struct Resettlement {
  std::shared_ptr<const AreaSet> areas;
  ledger::Revision areas_revision = 0;
  // By site id: the revision that was looked at, and where it lies.
  std::map<std::string, std::pair<ledger::Revision, Placement>> placements;
};

// Places all sites anew. A site that lies in no municipality any more keeps
// where it was. Takes no lock and some 50 microseconds a site.
Resettlement PlaceAnew(std::shared_ptr<const AreaSet> areas,
                       ledger::Revision areas_revision, const SiteMap& sites);

// Writes the sites that lie elsewhere than it says; responsible areas that a
// site no longer lies in become its municipality. Nothing when newer areas have
// come since: their import resettles again.
ledger::Transaction DecideResettle(const RegistryState& state,
                                   const Resettlement& found, absl::Time now);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_AREA_IMPORT_H_
