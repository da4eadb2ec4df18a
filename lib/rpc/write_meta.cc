#include "lib/rpc/write_meta.h"

#include "absl/strings/str_cat.h"
#include "lib/api/text.h"
#include "lib/base/status.h"

namespace lagesbild::rpc {
namespace {

constexpr api::TextRule kRequestId = {.max_characters = 128};

}  // namespace

absl::StatusOr<ledger::Meta> MetaOf(const Call& call,
                                    const std::string& request_id,
                                    const std::string& digest) {
  const access::v1::Caller& caller = call.caller();
  ledger::Meta meta;
  meta.actor = absl::StrCat(caller.agency(), "/", caller.subject());
  meta.cause = call.method();
  if (request_id.empty()) return meta;
  LB_RETURN_IF_ERROR(api::CheckText("request_id", request_id, kRequestId));
  meta.request =
      ledger::RequestKey{caller.agency(), meta.cause, request_id, digest};
  return meta;
}

}  // namespace lagesbild::rpc
