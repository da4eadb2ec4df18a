#ifndef LAGESBILD_SERVICES_REGISTRY_AREA_IMPORT_H_
#define LAGESBILD_SERVICES_REGISTRY_AREA_IMPORT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "lagesbild/registry/v1/area.pb.h"
#include "lib/ledger/ledger.h"
#include "services/registry/registry_records.h"
#include "services/registry/registry_state.h"

// Files of areas: all of it in one revision, or none. What sites lie in follows
// in a second one (SiteUpkeep), which is found anew at every start.
namespace lagesbild::registry {

inline constexpr int kMaxAreas = 20'000;

// Reads the messages of a stream. INVALID_ARGUMENT with every faulty area and
// field ("areas[3].geometry", counted from 1 over the whole stream).
absl::StatusOr<std::vector<Area>> ReadAreaImport(
    const std::vector<v1::ImportAreasRequest>& messages);

absl::StatusOr<ledger::Transaction> DecideAreas(const RegistryState& state,
                                                const std::vector<Area>& areas,
                                                ImportCounts* counts);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_AREA_IMPORT_H_
