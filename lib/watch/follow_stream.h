#ifndef LAGESBILD_LIB_WATCH_FOLLOW_STREAM_H_
#define LAGESBILD_LIB_WATCH_FOLLOW_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <utility>

#include "lib/base/mutex.h"
#include "lib/watch/follower_core.h"

namespace lagesbild::watch {

// One call of a Watch method. Owns itself until OnDone.
template <typename Request, typename Response>
class FollowStream final : public OpenedStream,
                           public grpc::ClientReadReactor<Response> {
 public:
  using Open = std::function<void(grpc::ClientContext*, const Request*,
                                  grpc::ClientReadReactor<Response>*)>;

  static std::shared_ptr<OpenedStream> Start(
      Request request, const Open& open, std::shared_ptr<StreamEvents> events,
      std::function<absl::Status(const grpc::Status&)> to_absl);

  void ReadMore() override;
  void Cancel() override;

  void OnReadDone(bool ok) noexcept override;
  void OnDone(const grpc::Status& status) noexcept override;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_FOLLOW_STREAM_H_
