#include "lib/watch/cursor.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "lib/base/status.h"

namespace lagesbild::watch {
namespace {

// Longer than any cursor or basis: what outsiders send is not worth decoding.
constexpr std::size_t kMaxTextBytes = 4096;

template <typename Message>
bool Decode(absl::string_view text, Message* message) {
  std::string bytes;
  return text.size() <= kMaxTextBytes &&
         absl::WebSafeBase64Unescape(text, &bytes) &&
         message->ParseFromString(bytes);
}

}  // namespace

std::string EncodeCursor(const ledger::Position& position) {
  access::v1::WatchCursor cursor;
  cursor.set_store_id(position.store_id);
  cursor.set_revision(position.revision);
  cursor.set_chain(position.chain);
  return absl::WebSafeBase64Escape(cursor.SerializeAsString());
}

absl::StatusOr<ledger::Position> DecodeCursor(absl::string_view text) {
  access::v1::WatchCursor cursor;
  if (!Decode(text, &cursor) || cursor.store_id().empty() ||
      cursor.revision() < 0 || !cursor.snapshot_key().empty()) {
    return base::Error(absl::StatusCode::kInvalidArgument, base::kCursorForeign,
                       "the cursor is not one of this stream's");
  }
  return ledger::Position{cursor.store_id(), cursor.revision(), cursor.chain()};
}

std::string EncodeBasis(const Basis& basis) {
  access::v1::ConsistencyToken token;
  for (const access::v1::Position& p : basis) *token.add_positions() = p;
  return absl::WebSafeBase64Escape(token.SerializeAsString());
}

Basis DecodeBasis(absl::string_view text) {
  access::v1::ConsistencyToken token;
  if (text.empty() || !Decode(text, &token)) return {};
  return Basis(token.positions().begin(), token.positions().end());
}

void MergeBasis(const Basis& news, Basis* basis) {
  for (const access::v1::Position& p : news) {
    const auto known = std::find_if(basis->begin(), basis->end(),
                                    [&](const access::v1::Position& k) {
                                      return k.service() == p.service();
                                    });
    if (known == basis->end()) {
      basis->push_back(p);
    } else {
      *known = p;
    }
  }
}

}  // namespace lagesbild::watch
