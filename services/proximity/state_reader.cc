#include "services/proximity/state_reader.h"

#include <optional>
#include <utility>

namespace lagesbild::proximity {

base::Date StateReader::ValidDate(const api::AsOf& as_of) const {
  return as_of.ValidDate(backend_.clock->Now());
}

void StateReader::Read(const rpc::CallPtr& call, const api::AsOf& as_of,
                       Use use, std::function<absl::Status()> finish,
                       rpc::Done done) const {
  access::v1::ConsistencyToken token;
  std::optional<absl::Status> used;
  backend_.view->Read(
      [&](const ProximityState& state, const ledger::Head& head) {
        token = TokenAt(backend_, head.revision, state.basis());
        if (as_of.IsHead() || as_of.revision == head.revision) {
          used = use(state, head);
        }
      });
  const auto answer = [call, token = std::move(token),
                       finish = std::move(finish),
                       done = std::move(done)](absl::Status status) {
    if (status.ok()) status = finish();
    if (status.ok()) call->SetConsistencyToken(token);
    done(status);
  };
  if (used) {
    return backend_.executor->Run([answer, used] { answer(*used); });
  }
  const absl::Time recorded =
      as_of.recorded_time.value_or(absl::InfinitePast());
  backend_.view->ReadAsOf(
      {as_of.revision, as_of.recorded_time},
      [answer, use = std::move(use),
       recorded](absl::StatusOr<view::StateAsOf<ProximityState>> found) {
        answer(found.ok() ? use(*found->state, {found->revision, recorded, {}})
                          : found.status());
      });
}

}  // namespace lagesbild::proximity
