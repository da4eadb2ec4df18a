#ifndef LAGESBILD_SERVICES_INTERVENTIONS_UNDECIDED_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_UNDECIDED_H_

#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/watch/cursor.h"
#include "lib/watch/followed.h"

// The two upstreams run at their own pace: a site can be known here before
// proximity has seen it, and exposures can be those of a version of the site
// that is not known here yet. A gap decided on such a pair would be one that
// there never was. So a site is decided only when
//   proximity reflects the registry's revision that last changed it, and
//   the registry was followed as far as proximity reflected it when it last
//   changed the site's exposures.
// Then the pair is what it was at one revision of the registry, and gaps come
// in the order of the registry's revisions. What lasted only while one upstream
// was behind the other is passed over.
namespace lagesbild::interventions {

using access::v1::Position;

// Where both upstreams were followed to.
struct Standing {
  Position registry;   // own position in the registry's ledger
  Position proximity;  // the same in proximity's
  Position basis;      // how far proximity reflects the registry
};

Standing StandingOf(const watch::Followed& registry,
                    const watch::Followed& proximity);

// A site that waits for one of the upstreams, or both.
struct Undecided {
  std::optional<Position> needs_basis;     // of proximity
  std::optional<Position> needs_registry;  // of our own following
  // What the gap, as it stays, reflects of the registry, and of proximity where
  // that is not all.
  Position decided_registry;
  std::optional<Position> decided_proximity;
  // When the newest change that waits was recorded; nothing when that is not
  // known.
  std::optional<absl::Time> cause;
};

using UndecidedSites = std::map<std::string, Undecided>;

// Stands for the sites that are not known here, after a snapshot: what became
// of them, or of their exposures, before it is not known, so one that is heard
// of waits until the other upstream was followed as far. No id of a site.
inline constexpr char kEverySite[] = "*";

// Whether it can be decided now.
bool IsSettled(const Undecided& undecided, const Standing& standing);

// The site changed in the registry, which stood at `before` and stands as
// `now` says.
void MarkSiteChange(const Standing& before, const Standing& now,
                    std::optional<absl::Time> recorded, Undecided* undecided);
// Its exposures changed.
void MarkExposureChange(const Standing& before, const Standing& now,
                        std::optional<absl::Time> recorded,
                        Undecided* undecided);

// It, just marked, waits for both upstreams at least as long as `other` does.
void WaitAsWell(const Undecided& other, Undecided* undecided);

// What all gaps together reflect: positions of proximity and of the registry.
// None before both were heard of.
watch::Basis BasisOf(const watch::Followed& registry,
                     const watch::Followed& proximity,
                     const UndecidedSites& undecided);

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_UNDECIDED_H_
