#ifndef LAGESBILD_LIB_WATCH_FOLLOWED_H_
#define LAGESBILD_LIB_WATCH_FOLLOWED_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/cursor.h"
#include "lib/watch/delivery_queue.h"

// Where a follower stands, as its service stores it: written with its expected
// revision in every commit that takes something from upstream, so that of two
// replicas only one can, and the other goes on from there.
namespace lagesbild::watch {

struct Followed {
  std::string cursor;  // empty: nothing was taken yet
  Basis reached;       // the upstream ledger, and what it was derived from
  ledger::Revision revision = 0;  // of the record, in the own ledger
};

std::string EncodeFollowed(const Followed& followed);
// DATA_LOSS when the bytes are no such record.
absl::StatusOr<Followed> DecodeFollowed(absl::string_view bytes,
                                        ledger::Revision revision);

// The position of `service` in `basis`; revision 0 of no store when it has
// none.
access::v1::Position PositionOf(const Basis& basis, absl::string_view service);

// Whether something that reflects `reached` reflects `wanted` too: the same
// store, as far or farther.
bool Reaches(const access::v1::Position& reached,
             const access::v1::Position& wanted);

// Whether `wanted` is still to come to what has been followed: nothing was
// taken yet, or not so far. False for a position of another store, which may
// never come, and of none.
bool IsBehind(const Followed& followed, const access::v1::Position& wanted);

// What both positions of one ledger reflect: the lower one. Of two stores, one
// of them was restored, and nothing of it is known to be reflected: revision 0
// of `a`'s.
access::v1::Position Lower(const access::v1::Position& a,
                           const access::v1::Position& b);

// What to do with a delivery, given where the stored cursor stands.
enum class Freshness {
  kFresh,  // take it
  kTaken,  // another replica has taken it: leave it out
  kLost,   // it does not follow from the stored cursor: start anew from there
};

// `refused` is the cursor that LoadCursor gave last. A snapshot takes the place
// of that one alone, wherever it stands itself: what lies between it and a
// cursor that another replica has stored since can still be had change by
// change.
Freshness Judge(DeliveryKind kind, absl::string_view cursor,
                absl::string_view stored, absl::string_view refused);

// The deliveries to take, in order. ABORTED when one is kLost.
template <typename Delivery>
absl::StatusOr<std::vector<const Delivery*>> FreshOf(
    const std::vector<Delivery>& deliveries, absl::string_view stored,
    absl::string_view refused) {
  std::vector<const Delivery*> fresh;
  std::string at(stored);
  for (const Delivery& delivery : deliveries) {
    switch (Judge(delivery.kind, delivery.cursor, at, refused)) {
      case Freshness::kLost:
        return absl::AbortedError("the stream is not the stored cursor's");
      case Freshness::kTaken:
        break;
      case Freshness::kFresh:
        fresh.push_back(&delivery);
        at = delivery.cursor;
    }
  }
  return fresh;
}

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_FOLLOWED_H_
