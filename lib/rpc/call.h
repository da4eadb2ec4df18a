#ifndef LAGESBILD_LIB_RPC_CALL_H_
#define LAGESBILD_LIB_RPC_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/base/clock.h"
#include "lib/base/mutex.h"

namespace lagesbild::rpc {

struct MethodState;

// A call without a deadline gets the first, a longer one is cut to the second.
inline constexpr absl::Duration kDefaultBudget = absl::Seconds(5);
inline constexpr absl::Duration kMaxBudget = absl::Seconds(30);

// One admitted call: who, which method, how long it may take. Kept alive by
// whoever still works on it, also beyond its answer. Thread-safe.
class Call {
 public:
  Call(const MethodState* method, grpc::CallbackServerContext* context,
       const base::Clock* clock);
  virtual ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const access::v1::Caller& caller() const { return caller_; }
  // Positions to have been reached before a read is answered; the wrapper has
  // waited for them already (not for streams).
  const access::v1::ConsistencyToken& token() const { return token_; }
  // "SiteRegistry.GetSite".
  const std::string& method() const;

  // What is left of the call's time, never negative: pass it on to what the
  // call waits for. A stream's is InfiniteDuration where its client set no
  // deadline.
  absl::Duration Remaining() const;

  // The client has gone, or the deadline has passed. Whoever works on can stop;
  // the answer is still owed.
  bool Cancelled() const { return cancelled_; }

  // A context for a call that is made on behalf of this one, and cancelled with
  // it; cancelled already when this one was answered.
  std::unique_ptr<grpc::ClientContext> NewClientContext();

  // Metadata sent after the answer; nothing once that was given. Key in lower
  // case; values for keys ending in "-bin" may be any bytes.
  void AddTrailer(absl::string_view key, absl::string_view value);

  // What a write leaves for later reads: trailer `lagesbild-consistency-token`.
  void SetConsistencyToken(const access::v1::ConsistencyToken& token);

  // Just before the answer: sends the trailers. gRPC's context is not touched
  // any more.
  void LeaveContext();

  // The call has ended: counted and logged, once; later calls do nothing. The
  // unary wrapper does it; a stream's owner calls it in OnDone. A stream that
  // is dropped without it is logged as CANCELLED.
  void Finished(const absl::Status& status);

 protected:
  friend class Handlers;

  // The budget of a unary call, from the client's deadline and our limits.
  void LimitBudget();
  void NoteDeadline();

  const MethodState* const method_;
  grpc::CallbackServerContext* const context_;  // valid until LeaveContext
  const base::Clock* const clock_;
  const absl::Duration started_;
  absl::Duration ends_ = absl::InfiniteDuration();  // on the monotonic clock
  std::int64_t request_bytes_ = 0;
  access::v1::Caller caller_;
  access::v1::ConsistencyToken token_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> ended_ = false;

 private:
  base::Mutex mutex_;
  bool left_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::pair<std::string, std::string>> trailers_
      ABSL_GUARDED_BY(mutex_);
};

using CallPtr = std::shared_ptr<Call>;

// Answers the call. The first invocation counts, later ones are ignored; when
// the last copy is dropped without one, the client gets INTERNAL. After it, the
// request and the response are gone.
using Done = std::function<void(absl::Status)>;

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_CALL_H_
