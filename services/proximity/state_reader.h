#ifndef LAGESBILD_SERVICES_PROXIMITY_STATE_READER_H_
#define LAGESBILD_SERVICES_PROXIMITY_STATE_READER_H_

#include <functional>

#include "lib/api/time.h"
#include "lib/rpc/call.h"
#include "services/proximity/backend.h"

namespace lagesbild::proximity {

// Reads the state that a call asks for: of now from the view, earlier ones from
// history. Thread-safe; does not block.
class StateReader {
 public:
  explicit StateReader(const Backend& backend) : backend_(backend) {}

  // The place in the ledger is that of the state; the time is not known, and
  // InfinitePast, of one that was asked for by its revision.
  using Use = std::function<absl::Status(const ProximityState&,
                                         const ledger::Head& place)>;

  // Runs `use` once on the state that `as_of` names, under the view's lock
  // where that is the live one, then `finish` on the executor, and answers.
  void Read(const rpc::CallPtr& call, const api::AsOf& as_of, Use use,
            std::function<absl::Status()> finish, rpc::Done done) const;

  // The date on which what is read has to hold.
  base::Date ValidDate(const api::AsOf& as_of) const;

 private:
  const Backend backend_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_STATE_READER_H_
