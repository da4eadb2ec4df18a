#ifndef LAGESBILD_LIB_WATCH_ADMIT_H_
#define LAGESBILD_LIB_WATCH_ADMIT_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/access/caller.h"
#include "lib/rpc/handler.h"
#include "lib/watch/watch_hub.h"

// A Watch method from its raw request to the hub's stream. Header only: the hub
// itself knows nothing of rpc.
namespace lagesbild::watch {

// Admits the caller, parses the request, asks `renderer_for(caller, request)`
// for what this stream shows, and opens the stream; or ends it with the error.
// `Request` has a cursor. `credential_left`: see WatchRequest.
template <typename Request, typename RendererFor>
WatchReactor* AdmitWatch(
    rpc::Handlers* handlers, WatchHub* hub,
    grpc::CallbackServerContext* context, absl::string_view method,
    const grpc::ByteBuffer& bytes, RendererFor renderer_for,
    absl::Duration credential_left = absl::InfiniteDuration()) {
  absl::StatusOr<rpc::CallPtr> call = handlers->AdmitStream(
      context, method, static_cast<std::int64_t>(bytes.Length()));
  if (!call.ok()) {
    return rpc::FinishedStream<grpc::ByteBuffer>(call.status());
  }
  const auto refuse = [&](const absl::Status& status) {
    (*call)->Finished(status);
    return rpc::FinishedStream<grpc::ByteBuffer>(status);
  };
  Request request;
  grpc::ByteBuffer copy(bytes);
  if (!grpc::SerializationTraits<Request>::Deserialize(&copy, &request).ok()) {
    return refuse(absl::InvalidArgumentError("the request does not parse"));
  }
  absl::StatusOr<std::shared_ptr<Renderer>> renderer;
  try {
    renderer = renderer_for((*call)->caller(), request);
  } catch (...) {
    renderer = handlers->Caught(method);
  }
  if (!renderer.ok()) return refuse(renderer.status());
  WatchRequest watch;
  watch.cursor = request.cursor();
  watch.renderer = *std::move(renderer);
  watch.prompt_bookmarks = access::IsSuiteMember((*call)->caller());
  watch.credential_left = credential_left;
  watch.on_done = [call = *call](const absl::Status& status) {
    call->Finished(status);
  };
  return hub->Watch(context, std::move(watch));
}

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_ADMIT_H_
