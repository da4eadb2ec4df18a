#ifndef LAGESBILD_LIB_WATCH_FOLLOWER_H_
#define LAGESBILD_LIB_WATCH_FOLLOWER_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/client_callback.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/watch/follow_stream.h"
#include "lib/watch/follower_core.h"

namespace lagesbild::watch {

// One whole thing to apply, with the cursor that goes into the same commit.
template <typename Response>
struct Delivery {
  DeliveryKind kind = DeliveryKind::kBookmark;
  // kSnapshot: every page of the picture, none left out. kChanges: the messages
  // of one revision. kBookmark: empty.
  std::vector<Response> parts;
  std::string cursor;        // resume after this delivery with it
  absl::Time recorded_time;  // InfinitePast for a snapshot
  // How far the upstream ledger, and those that it was derived from, are
  // reflected: the last known word on each service.
  Basis reached;
};

// The client side of a Watch method: keeps a stream open, resumes it from the
// consumer's own cursor, and hands on whole revisions with back-pressure.
//
// Request has `string cursor`; Response is { WatchHeader header; changes }.
//
//   Follower<WatchSitesRequest, WatchSitesResponse> follower(
//       filter, [stub](auto* context, const auto* request, auto* reactor) {
//         stub->async()->WatchSites(context, request, reactor);
//       },
//       [this] { return StoredCursor(); },
//       [this](std::vector<Delivery<WatchSitesResponse>> deliveries, auto done)
//       {
//         Commit(…effect of all, last cursor…, std::move(done));
//       },
//       clock, logger, options);
//
// Everything runs on the follower's own thread, one call at a time; the
// consumer may block it, or return and call `done` later from anywhere.
template <typename Request, typename Response>
class Follower {
 public:
  // Opens the call (it may add metadata to the context); must not call
  // StartCall.
  using Open = std::function<void(grpc::ClientContext*, const Request*,
                                  grpc::ClientReadReactor<Response>*)>;
  // The cursor the consumer has stored; empty at first. Asked before each
  // stream, so another replica's progress is taken up. The stream is opened
  // without it, for a snapshot, while it is still the one that was refused.
  using LoadCursor = std::function<std::string()>;
  // Takes deliveries in order: one or several that had come while it worked (a
  // snapshot comes alone). Nothing more is handed over before `done`. OK: all
  // are stored. Else all are dropped, and the stream starts anew, after a
  // pause, from LoadCursor.
  using Consumer = std::function<void(std::vector<Delivery<Response>>,
                                      std::function<void(absl::Status)> done)>;

  Follower(Request filter, Open open, LoadCursor load_cursor, Consumer consumer,
           const base::Clock* clock, base::Logger* logger,
           FollowerOptions options)
      : core_(std::move(options), clock, logger,
              MakeOpener(std::move(filter), std::move(open)),
              std::move(load_cursor), MakeConsumer(std::move(consumer))) {}

  // Starts the thread.
  void Start() { core_.Start(); }

  // Cancels the stream and returns when the thread has ended: no call to the
  // consumer runs or comes any more, a `done` that comes later is ignored.
  // Idempotent; the destructor does it.
  void Stop() { core_.Stop(); }

  // Where it stands; for health and dashboards.
  FollowerStatus status() const { return core_.status(); }

 private:
  static OpenStream MakeOpener(Request filter, Open open) {
    return
        [filter = std::move(filter), open = std::move(open)](
            const std::string& cursor, std::shared_ptr<StreamEvents> events) {
          Request request = filter;
          request.set_cursor(cursor);
          return FollowStream<Request, Response>::Start(
              std::move(request), open, std::move(events));
        };
  }

  static ErasedConsumer MakeConsumer(Consumer consumer) {
    return [consumer = std::move(consumer)](
               std::vector<ErasedDelivery> erased,
               std::function<void(absl::Status)> done) {
      std::vector<Delivery<Response>> deliveries;
      deliveries.reserve(erased.size());
      for (ErasedDelivery& e : erased) deliveries.push_back(Typed(&e));
      consumer(std::move(deliveries), std::move(done));
    };
  }

  static Delivery<Response> Typed(ErasedDelivery* e) {
    Delivery<Response> d{e->kind,
                         {},
                         std::move(e->cursor),
                         e->recorded_time,
                         std::move(e->reached)};
    d.parts.reserve(e->parts.size());
    for (auto& part : e->parts) {
      d.parts.push_back(std::move(static_cast<Response&>(*part)));
    }
    return d;
  }

  FollowerCore core_;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_FOLLOWER_H_
