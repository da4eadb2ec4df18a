#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_COMMIT_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_COMMIT_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/ledger/ledger.h"
#include "services/interventions/interventions_state.h"
#include "services/interventions/upstream_news.h"

namespace lagesbild::interventions {

// Gathers one commit: what changed, what follows from it, and where the
// followers stand afterwards, all or nothing.
//
// Sites, exposures, interventions and the day each have a guard: the two
// cursors, "interventions" and "day". A commit writes the guards of what it
// changes and checks the others as they were when it was decided. So of two
// commits that were decided on the same state one is refused and decided anew:
// no gap can fall between a new site, its exposures and an intervention.
//
// A gap changes at most once in a commit, so that every change of it can be
// seen: CanTake says when a commit is full. For the same reason the day turns
// in a commit of its own, and until then gaps are those of the day before.
//
// Lives within one decision. Not thread-safe.
class CommitBuilder {
 public:
  // `now` stands in where the time of what opened a gap is not known.
  CommitBuilder(const InterventionsState& state, absl::Time now);

  // False: the news is about a site whose gap this commit changes.
  bool CanTake(const SiteNews& news) const;
  bool CanTake(const ExposureNews& news) const;
  void Take(const SiteNews& news);
  void Take(const ExposureNews& news);

  // A new one, or in place of what is stored under its id.
  void Put(Intervention intervention);

  // From now on it is `today`, unless that day has come already: clocks of
  // replicas may differ a little.
  void RollDay(base::Date today);

  // Without writes when nothing changed.
  ledger::Transaction Finish();

 private:
  using Ids = std::set<std::string>;

  // Keep it unless it is kept already; `changed` hears of the site.
  void TakeSite(const std::string& id, const std::optional<Site>& site,
                std::int64_t revision, Ids* changed);
  void TakeExposure(const std::string& id,
                    const std::optional<Exposure>& exposure, Ids* changed);
  void WaitAsEvery(const std::string& site);
  // Those that a snapshot may be about: kept, waiting, and kEverySite.
  Ids HeardOf() const;
  Ids KeptSites() const;
  Ids KeptExposures() const;
  const Site* FindSite(const std::string& id) const;
  const Exposure* FindExposure(const std::string& id) const;
  const Gap* FindGap(const std::string& site) const;
  SiteFacts FactsOf(const std::string& site) const;

  Standing StandingNow() const { return StandingOf(registry_, proximity_); }
  void Settle();
  void Decide(const std::string& site, std::optional<absl::Time> cause);
  void FollowSites();

  void Write(std::string key, std::optional<std::string> value);
  void WriteKept();
  void WriteEffects();
  void WriteUndecided();
  void Guard(const char* key, ledger::Revision revision,
             const std::optional<std::string>& value);

  const InterventionsState& state_;
  const absl::Time now_;
  std::optional<base::Date> day_;
  std::map<std::string, std::optional<Site>> sites_;
  // By site, then by the exposure's id.
  std::map<std::string, std::map<std::string, std::optional<Exposure>>>
      exposures_;
  std::map<std::string, std::shared_ptr<const Intervention>> interventions_;
  std::map<std::string, std::optional<Gap>> gaps_;
  UndecidedSites undecided_;
  watch::Followed registry_;
  watch::Followed proximity_;
  bool registry_moved_ = false;
  bool proximity_moved_ = false;
  ledger::Transaction transaction_;
};

// Takes into `builder` what is new to `stored`, the state's own place in that
// upstream, as far as one commit can. True: there is more, for a commit after
// this one. Nothing is taken when another replica has taken it all. ABORTED
// when it does not follow from the stored cursor; `refused` as in watch::Judge.
template <typename Record>
absl::StatusOr<bool> TakeNews(const watch::Followed& stored,
                              const std::vector<News<Record>>& news,
                              const std::string& refused,
                              CommitBuilder* builder) {
  const auto fresh = watch::FreshOf(news, stored.cursor, refused);
  if (!fresh.ok()) return fresh.status();
  for (const News<Record>* delivery : *fresh) {
    if (!builder->CanTake(*delivery)) return true;
    builder->Take(*delivery);
  }
  return false;
}

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_COMMIT_H_
