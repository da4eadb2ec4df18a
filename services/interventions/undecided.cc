#include "services/interventions/undecided.h"

#include <algorithm>

namespace lagesbild::interventions {
namespace {

void NoteCause(const Standing& before, std::optional<absl::Time> recorded,
               Undecided* undecided) {
  if (recorded) {
    undecided->cause =
        undecided->cause ? std::max(*undecided->cause, *recorded) : *recorded;
  }
  // The earliest stays: until then the gap was decided.
  const bool fresh = !undecided->needs_basis && !undecided->needs_registry;
  if (fresh) undecided->decided_registry = before.registry;
}

}  // namespace

Standing StandingOf(const watch::Followed& registry,
                    const watch::Followed& proximity) {
  return {.registry = watch::PositionOf(registry.reached, "registry"),
          .proximity = watch::PositionOf(proximity.reached, "proximity"),
          .basis = watch::PositionOf(proximity.reached, "registry")};
}

bool IsSettled(const Undecided& undecided, const Standing& standing) {
  if (undecided.needs_basis &&
      !watch::Reaches(standing.basis, *undecided.needs_basis)) {
    return false;
  }
  if (!undecided.needs_registry) return true;
  // Once proximity has gone over to another store of the registry, what it knew
  // of the former one needs nothing any more.
  return watch::Reaches(standing.registry, *undecided.needs_registry) ||
         undecided.needs_registry->store_id() != standing.basis.store_id();
}

void MarkSiteChange(const Standing& before, const Standing& now,
                    std::optional<absl::Time> recorded, Undecided* undecided) {
  NoteCause(before, recorded, undecided);
  undecided->needs_basis = now.registry;
}

void MarkExposureChange(const Standing& before, const Standing& now,
                        std::optional<absl::Time> recorded,
                        Undecided* undecided) {
  NoteCause(before, recorded, undecided);
  // What the exposures were at the revisions up to this one is not known.
  undecided->decided_registry =
      watch::Lower(undecided->decided_registry, before.basis);
  if (!undecided->decided_proximity) {
    undecided->decided_proximity = before.proximity;
  }
  undecided->needs_registry = now.basis;
}

void WaitAsWell(const Undecided& other, Undecided* undecided) {
  const auto raise = [](const std::optional<Position>& to,
                        std::optional<Position>* position) {
    if (!to) return;
    // Of two stores it is the newer one: what was marked just now.
    if (*position && ((*position)->store_id() != to->store_id() ||
                      watch::Reaches(**position, *to))) {
      return;
    }
    *position = to;
  };
  raise(other.needs_basis, &undecided->needs_basis);
  raise(other.needs_registry, &undecided->needs_registry);
}

watch::Basis BasisOf(const watch::Followed& registry,
                     const watch::Followed& proximity,
                     const UndecidedSites& undecided) {
  if (registry.cursor.empty() || proximity.cursor.empty()) return {};
  const Standing standing = StandingOf(registry, proximity);
  Position of_registry = watch::Lower(standing.registry, standing.basis);
  Position of_proximity = standing.proximity;
  for (const auto& [site, waits] : undecided) {
    of_registry = watch::Lower(of_registry, waits.decided_registry);
    if (waits.decided_proximity) {
      of_proximity = watch::Lower(of_proximity, *waits.decided_proximity);
    }
  }
  return {of_proximity, of_registry};
}

}  // namespace lagesbild::interventions
