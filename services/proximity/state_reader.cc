#include "services/proximity/state_reader.h"

#include <utility>

namespace lagesbild::proximity {

base::Date StateReader::ValidDate(const api::AsOf& as_of) const {
  if (as_of.valid_date) return *as_of.valid_date;
  return base::DateInSweden(
      as_of.recorded_time.value_or(backend_.clock->Now()));
}

void StateReader::Read(const rpc::CallPtr& call, const api::AsOf& as_of,
                       Use use, std::function<absl::Status()> finish,
                       rpc::Done done) const {
  access::v1::ConsistencyToken token;
  absl::Status used;
  backend_.view->Read(
      [&](const ProximityState& state, const ledger::Head& head) {
        token = TokenAt(backend_, head.revision, state.basis());
        if (as_of.IsHead()) used = use(state, head);
      });
  const auto answer = [call, token = std::move(token),
                       finish = std::move(finish),
                       done = std::move(done)](absl::Status status) {
    if (status.ok()) status = finish();
    if (status.ok()) call->SetConsistencyToken(token);
    done(status);
  };
  if (as_of.IsHead()) {
    return backend_.executor->Run([answer, used] { answer(used); });
  }
  view::Point point;
  if (as_of.revision) point.revision = *as_of.revision;
  if (as_of.recorded_time) point.time = *as_of.recorded_time;
  const absl::Time recorded =
      as_of.recorded_time.value_or(absl::InfinitePast());
  backend_.view->ReadAsOf(
      point, [answer, use = std::move(use),
              recorded](absl::StatusOr<view::StateAsOf<ProximityState>> found) {
        answer(found.ok() ? use(*found->state, {found->revision, recorded, {}})
                          : found.status());
      });
}

}  // namespace lagesbild::proximity
