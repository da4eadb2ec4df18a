#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_DECISION_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_DECISION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/notifications/notifications.h"

namespace lagesbild::notifications {

// What a word from upstream is worth.
enum class Word {
  kChange,   // one revision of the log: what happened, when it did
  kCatchUp,  // found by comparing with what was kept: the log is gone
  kKnown,    // the very first picture: taken as known, nobody is told of it
};

// Where a word comes from.
struct Origin {
  Word word = Word::kChange;
  std::string store_id;
  std::int64_t revision = 0;
  absl::Time time;
};

// The same happening always has the same id.
std::string EventId(const Origin& origin, EventKind kind,
                    absl::string_view subject);

// What a site's new state means after what was kept of it (null: nothing);
// nullopt: nothing that anybody is told. PENDING counts as the agreed state.
std::optional<EventKind> SiteEvent(const KeptSite* before, SiteState now);

// What to keep of a site, given what was kept before.
KeptSite KeepSite(const KeptSite* before, KeptSite now);

// The outcome of a decision: what to write, by id. nullopt: forget it.
struct Effects {
  std::map<std::string, std::optional<KeptSite>> sites;
  std::map<std::string, std::optional<KeptExposure>> exposures;
  std::map<std::string, std::optional<KeptGap>> gaps;
  std::map<std::string, Alert> alerts;
  std::vector<Delivery> deliveries;
  std::vector<Event> events;  // all that was derived, in order
};

// Takes words from upstream one after the other, each on top of the facts and
// of the words before, and collects what follows from all of them: one commit.
// The facts must outlive it. Not thread-safe.
class Decision {
 public:
  Decision(const Facts* facts, absl::Time now);

  // The upstream record is now as given (`agreed` is not read). An event goes
  // to everyone whom its site concerns, and to whoever was told how its alert
  // began. Whom something comes to concern while it lasts, as when its site
  // moves, is told then: an event of the same kind, for those alone.
  void SiteIs(const Origin& origin, const KeptSite& site);
  void ExposureIs(const Origin& origin, const KeptExposure& exposure);
  void GapIs(const Origin& origin, const KeptGap& gap);

  // There is no such upstream record any more.
  void SiteGone(const Origin& origin, const std::string& name);
  void ExposureGone(const Origin& origin, const std::string& name);
  void GapGone(const Origin& origin, const std::string& name);

  // These and no others: what is kept and not among them is gone.
  void SitesAre(const Origin& origin, const std::vector<KeptSite>& sites);
  void ExposuresAre(const Origin& origin,
                    const std::vector<KeptExposure>& exposures);
  void GapsAre(const Origin& origin, const std::vector<KeptGap>& gaps);

  const Effects& effects() const { return effects_; }

 private:
  // What is known of the place that an event is about.
  struct About {
    std::string subject;
    std::string site;
    std::string municipality;
    std::string display_name;
    Codes before;  // whom it concerned until now
  };

  const Alert* OpenAlert(const std::string& fingerprint) const;
  int ExposuresAt(const std::string& site) const;
  Codes ConcernedBy(const About& about) const;
  // `told`: who knows already; empty: nobody.
  void Happened(const Origin& origin, EventKind kind, const About& about,
                const Codes& told = {});
  // It goes on as `about` says: tells those who do not know yet.
  void GoesOn(const Origin& origin, EventKind kind, const About& about);
  // The same for what is open at a site.
  void GoesOnAt(const Origin& origin, EventKind kind, const KeptSite& site);
  void PutAlert(Alert alert);
  void Tell(const Event& event, const Alert& alert, const Codes& told);
  // Ends the site's alert without an event: the contract has none for it.
  void EndQuietly(const std::string& site);

  const Facts* const facts_;
  const absl::Time now_;
  Effects effects_;
  std::map<std::string, int> exposures_more_;  // by site, against the facts
  // Changed here: the alert's id, empty where it was resolved.
  std::map<std::string, std::string> open_alerts_;  // by fingerprint
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_DECISION_H_
