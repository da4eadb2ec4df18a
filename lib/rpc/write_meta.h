#ifndef LAGESBILD_LIB_RPC_WRITE_META_H_
#define LAGESBILD_LIB_RPC_WRITE_META_H_

#include <string>

#include "absl/status/statusor.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/call.h"

namespace lagesbild::rpc {

// What a commit says of the call that it was made for: who, by which method,
// and the request, if it has an id, by which a repeat is known. `digest` is the
// whole request's. INVALID_ARGUMENT for a request id that is none.
absl::StatusOr<ledger::Meta> MetaOf(const Call& call,
                                    const std::string& request_id,
                                    const std::string& digest);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_WRITE_META_H_
