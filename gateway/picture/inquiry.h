#ifndef LAGESBILD_GATEWAY_PICTURE_INQUIRY_H_
#define LAGESBILD_GATEWAY_PICTURE_INQUIRY_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/service_error.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/api/paging.h"
#include "lib/base/clock.h"
#include "lib/rpc/channel.h"

namespace lagesbild::gateway {

// What the calls to the services that one answer needs have in common. No
// thread waits for any of them.
struct Inquiry {
  std::string parent;                  // "regions/{region}"
  const base::Clock* clock = nullptr;  // not owned
  absl::Duration ends;                 // on the monotonic clock
  // Gives contexts that are cancelled with the caller's own call.
  std::function<std::unique_ptr<grpc::ClientContext>()> new_context;

  absl::Duration Left() const { return ends - clock->Monotonic(); }

  // For one call, by the gateway itself.
  std::unique_ptr<grpc::ClientContext> Context() const {
    std::unique_ptr<grpc::ClientContext> context = new_context();
    rpc::SetMember("gateway", Left(), context.get());
    return context;
  }
};

// Calls stub->async()'s method of that name.
template <typename Request, typename Response>
using AsyncMethod =
    std::function<void(grpc::ClientContext*, const Request*, Response*,
                       std::function<void(grpc::Status)>)>;

// One List method, page by page.
template <typename Request, typename Response>
class Listing final
    : public std::enable_shared_from_this<Listing<Request, Response>> {
 public:
  using Take = std::function<void(const Response&)>;
  using Ended = std::function<void(absl::Status)>;

  // `take` gets each page; `ended` hears the outcome, with the name of
  // `service` where it was the service's. Both run on RPC threads.
  static void Start(Inquiry inquiry, std::string service,
                    const access::v1::AsOf& as_of,
                    AsyncMethod<Request, Response> method, Take take,
                    Ended ended) {
    std::shared_ptr<Listing> listing(
        new Listing(std::move(inquiry), std::move(service), std::move(method),
                    std::move(take), std::move(ended)));
    listing->request_.set_parent(listing->inquiry_.parent);
    listing->request_.set_page_size(api::kMaxPageSize);
    *listing->request_.mutable_as_of() = as_of;
    listing->NextPage();
  }

 private:
  Listing(Inquiry inquiry, std::string service,
          AsyncMethod<Request, Response> method, Take take, Ended ended)
      : inquiry_(std::move(inquiry)),
        service_(std::move(service)),
        method_(std::move(method)),
        take_(std::move(take)),
        ended_(std::move(ended)) {}

  void NextPage() {
    context_ = inquiry_.Context();
    method_(context_.get(), &request_, &response_,
            [self = this->shared_from_this()](const grpc::Status& status) {
              self->Took(status);
            });
  }

  void Took(const grpc::Status& status) {
    if (!status.ok()) return ended_(ServiceError(service_, status));
    take_(response_);
    request_.set_page_token(response_.next_page_token());
    if (request_.page_token().empty()) return ended_(absl::OkStatus());
    NextPage();
  }

  const Inquiry inquiry_;
  const std::string service_;
  const AsyncMethod<Request, Response> method_;
  const Take take_;
  const Ended ended_;
  Request request_;
  Response response_;
  std::unique_ptr<grpc::ClientContext> context_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_INQUIRY_H_
