#ifndef LAGESBILD_LIB_WATCH_WATCH_HUB_H_
#define LAGESBILD_LIB_WATCH_WATCH_HUB_H_

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/status.h"
#include "lib/view/view_core.h"
#include "lib/watch/random.h"
#include "lib/watch/renderer.h"

namespace lagesbild::watch {

// The recent log kept in memory; older cursors are served from the ledger.
inline constexpr std::size_t kWindowRevisions = 100'000;
inline constexpr std::size_t kWindowBytes = 64 << 20;
// A revision that is larger goes out in partial messages.
inline constexpr std::size_t kMaxMessageBytes = 1 << 20;

struct WatchHubOptions {
  // The `service` of this ledger's own Position: "registry".
  std::string service;
  absl::Duration bookmark_interval = absl::Seconds(15);
  // A write that a client has not taken for so long is cancelled.
  absl::Duration stuck_after = absl::Seconds(30);
  // A stream ends (UNAVAILABLE, resume at once) at an age between half of this
  // and all of it.
  absl::Duration max_age = absl::Hours(1);
  int max_streams = 10'000;
  std::size_t window_revisions = kWindowRevisions;
  std::size_t window_bytes = kWindowBytes;
  std::size_t max_message_bytes = kMaxMessageBytes;
  // A number in [0, 1), for the jitter of ages (NewRandom). Thread-safe.
  std::function<double()> random = NewRandom();
  std::function<grpc::Status(const absl::Status&)> to_grpc_status = rpc::ToGrpc;
};

// What a watcher asked for.
struct WatchRequest {
  std::string cursor;  // empty: a snapshot first
  std::shared_ptr<Renderer> renderer;
  // A bookmark follows every revision that showed nothing, as members of the
  // suite need to keep up; others get it at the interval, so that hidden
  // changes do not show in time.
  bool prompt_bookmarks = false;
  // The stream does not outlive the credential that opened it.
  absl::Duration credential_left = absl::InfiniteDuration();
  // Called once when the stream is over, with what it ended with; may be unset.
  // Must not block.
  std::function<void(const absl::Status&)> on_done = nullptr;
};

using WatchReactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;

class StreamSet;

// The server side of every Watch method of one ledger. A watcher is a place in
// the log: there is no queue for each client. The rendered bytes of a revision
// are made once for all streams with the same sharing key.
//
// Streams end with
//   INVALID_ARGUMENT CURSOR_FOREIGN      another store's or chain's cursor
//   OUT_OF_RANGE CURSOR_COMPACTED        below the log: take a new snapshot
//   OUT_OF_RANGE CURSOR_AHEAD            beyond the ledger's head
//   UNAVAILABLE DRAINING                 the server drains, or the stream is
//   old:
//                                        resume at once
//   UNAUTHENTICATED BAD_CREDENTIAL       the caller's credential has expired
//   RESOURCE_EXHAUSTED                   max_streams are open
//   UNAVAILABLE STORAGE_UNAVAILABLE      an old cursor, and storage is away
//
// Usage, with a method that the generated service made raw:
//   WatchReactor* WatchSites(grpc::CallbackServerContext* context,
//                            const grpc::ByteBuffer* request) override {
//     … parse, decide what the caller may see …
//     return hub_->Watch(context, {cursor, renderer,
//     caller.is_suite_member()});
//   }
// Thread-safe. Destroy it after the server has shut down and before the view.
class WatchHub {
 public:
  // Listens to `view` at once. What is passed must outlive the hub.
  WatchHub(std::shared_ptr<view::ViewCore> view, ledger::Ledger* ledger,
           const base::Clock* clock, base::Executor* executor,
           base::Logger* logger, WatchHubOptions options);
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  // The reactor to return from the handler. It owns itself.
  WatchReactor* Watch(grpc::CallbackServerContext* context,
                      WatchRequest request);

  // A reactor that ends the call with `status`; for a request that is refused
  // before there is a stream.
  static WatchReactor* Refuse(grpc::Status status);

  // Ends all streams with UNAVAILABLE DRAINING and refuses new ones so.
  void Drain();

  // Streams that are open now.
  int stream_count() const;

 private:
  // Apart from the executor: storage that hangs must not hold up a watcher that
  // needs nothing of it.
  base::ThreadPool storage_threads_;
  std::shared_ptr<StreamSet> streams_;
  std::shared_ptr<view::ViewCore> view_;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_WATCH_HUB_H_
