#include "services/registry/order.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/text.h"
#include "lib/base/status.h"

namespace lagesbild::registry {
namespace {

constexpr api::TextRule kRequestId = {.max_characters = 128};

}  // namespace

Act ActOf(const Backend& backend, const rpc::Call& call) {
  // Stored times have microseconds.
  const absl::Time now =
      absl::FromUnixMicros(absl::ToUnixMicros(backend.clock->Now()));
  return {call.caller(), now, base::DateInSweden(now)};
}

absl::StatusOr<ledger::Meta> MetaOf(const rpc::Call& call, const Order& order) {
  const access::v1::Caller& caller = call.caller();
  ledger::Meta meta;
  meta.actor = absl::StrCat(caller.agency(), "/", caller.subject());
  meta.cause = std::string(call.method());
  if (order.request_id.empty()) return meta;
  LB_RETURN_IF_ERROR(
      api::CheckText("request_id", order.request_id, kRequestId));
  meta.request = ledger::RequestKey{caller.agency(), meta.cause,
                                    order.request_id, order.digest};
  return meta;
}

DecideOnState OnScene(const Backend& backend, Act act, DecideOnScene decide) {
  return [backend, act = std::move(act),
          decide = std::move(decide)](const RegistryState& state) {
    return decide(Scene{state, backend.area_sets, *backend.presenter, act});
  };
}

}  // namespace lagesbild::registry
