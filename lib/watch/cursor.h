#ifndef LAGESBILD_LIB_WATCH_CURSOR_H_
#define LAGESBILD_LIB_WATCH_CURSOR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::watch {

// A watcher's place as clients hold it: base64url of an access.v1.WatchCursor.
std::string EncodeCursor(const ledger::Position& position);

// INVALID_ARGUMENT CURSOR_FOREIGN for anything EncodeCursor did not make.
absl::StatusOr<ledger::Position> DecodeCursor(absl::string_view cursor);

// How far other ledgers had been followed when a derived commit was decided.
using Basis = std::vector<access::v1::Position>;

// For ledger::Meta::basis: base64url of an access.v1.ConsistencyToken.
std::string EncodeBasis(const Basis& basis);

// Empty for an empty or an unreadable text.
Basis DecodeBasis(absl::string_view text);

// Takes `news` into `basis`: the last word on each service counts.
void MergeBasis(const Basis& news, Basis* basis);

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_CURSOR_H_
