#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_READS_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_READS_H_

#include <functional>

#include "lagesbild/interventions/v1/interventions.pb.h"
#include "lib/api/time.h"
#include "lib/rpc/call.h"
#include "services/interventions/backend.h"

namespace lagesbild::interventions {

// GetIntervention and the List methods. Reads of now come from the view,
// earlier ones from history. Thread-safe; none blocks.
//
// A valid date in the past shows interventions where they stood on that day
// (StateOn). Gaps of another day than that for which they were derived follow
// from what is known of it (GapOn); their `since` is empty where the one that
// stands recorded began later.
class InterventionsReads {
 public:
  explicit InterventionsReads(const Backend& backend) : backend_(backend) {}

  void GetIntervention(const rpc::CallPtr& call,
                       const v1::GetInterventionRequest& request,
                       v1::Intervention* response, rpc::Done done) const;
  void ListInterventions(const rpc::CallPtr& call,
                         const v1::ListInterventionsRequest& request,
                         v1::ListInterventionsResponse* response,
                         rpc::Done done) const;
  void ListCoverageGaps(const rpc::CallPtr& call,
                        const v1::ListCoverageGapsRequest& request,
                        v1::ListCoverageGapsResponse* response,
                        rpc::Done done) const;

 private:
  using OnState =
      std::function<absl::Status(const InterventionsState&, ledger::Revision)>;

  // The day that a read is about, and whether it lies before the one on which
  // what it reads was recorded last.
  struct Day {
    base::Date date;
    bool past = false;
  };
  Day DayOf(const api::AsOf& as_of) const;

  // Runs `use` once on the state that `as_of` names, under the view's lock
  // where that is the live one, then `finish` on the executor, and answers.
  void Read(const rpc::CallPtr& call, const api::AsOf& as_of, OnState use,
            std::function<absl::Status()> finish, rpc::Done done) const;

  const Backend backend_;
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_READS_H_
