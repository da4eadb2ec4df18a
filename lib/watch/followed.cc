#include "lib/watch/followed.h"

#include "lagesbild/watch/store/v1/followed_store.pb.h"

namespace lagesbild::watch {

std::string EncodeFollowed(const Followed& followed) {
  store::v1::FollowedRecord record;
  record.set_cursor(followed.cursor);
  for (const access::v1::Position& p : followed.reached) {
    store::v1::PositionRecord* stored = record.add_reached();
    stored->set_service(p.service());
    stored->set_store_id(p.store_id());
    stored->set_revision(p.revision());
  }
  return record.SerializeAsString();
}

absl::StatusOr<Followed> DecodeFollowed(absl::string_view bytes,
                                        ledger::Revision revision) {
  store::v1::FollowedRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a stored cursor does not parse");
  }
  Followed followed{record.cursor(), {}, revision};
  for (const store::v1::PositionRecord& p : record.reached()) {
    access::v1::Position& position = followed.reached.emplace_back();
    position.set_service(p.service());
    position.set_store_id(p.store_id());
    position.set_revision(p.revision());
  }
  return followed;
}

access::v1::Position PositionOf(const Basis& basis, absl::string_view service) {
  for (const access::v1::Position& p : basis) {
    if (p.service() == service) return p;
  }
  access::v1::Position none;
  none.set_service(std::string(service));
  return none;
}

bool Reaches(const access::v1::Position& reached,
             const access::v1::Position& wanted) {
  return reached.store_id() == wanted.store_id() &&
         reached.revision() >= wanted.revision();
}

bool IsBehind(const Followed& followed, const access::v1::Position& wanted) {
  if (wanted.store_id().empty()) return false;
  if (followed.cursor.empty()) return true;
  const access::v1::Position at =
      PositionOf(followed.reached, wanted.service());
  return at.store_id() == wanted.store_id() &&
         at.revision() < wanted.revision();
}

access::v1::Position Lower(const access::v1::Position& a,
                           const access::v1::Position& b) {
  if (a.store_id() == b.store_id()) {
    return a.revision() < b.revision() ? a : b;
  }
  access::v1::Position none = a;
  none.set_revision(0);
  return none;
}

Freshness Judge(DeliveryKind kind, absl::string_view cursor,
                absl::string_view stored, absl::string_view refused) {
  if (kind == DeliveryKind::kSnapshot) {
    if (stored == refused) return Freshness::kFresh;
    return stored == cursor ? Freshness::kTaken : Freshness::kLost;
  }
  const auto next = DecodeCursor(cursor);
  const auto at = DecodeCursor(stored);
  if (!next.ok() || !at.ok() || next->store_id != at->store_id) {
    return Freshness::kLost;
  }
  return next->revision > at->revision ? Freshness::kFresh : Freshness::kTaken;
}

}  // namespace lagesbild::watch
