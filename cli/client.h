#ifndef LAGESBILD_CLI_CLIENT_H_
#define LAGESBILD_CLI_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/flags.h"
#include "lib/rpc/status.h"

namespace lagesbild::cli {

// How a command reaches the gateway: flags, or the environment.
struct ClientFlags {
  std::string server;
  std::string token;  // the token, or @FILE
  std::string ca;
  std::string region;  // empty: asked of the gateway

  // Adds --server, --token, --ca and --region, with LAGESBILD_SERVER,
  // LAGESBILD_TOKEN, LAGESBILD_CA and LAGESBILD_REGION behind them.
  void AddTo(rpc::Flags* flags);
};

// A connection to the gateway with one caller's credential. Remembers the
// positions in the answers' consistency tokens, so that each call sees what the
// ones before wrote and read.
// Not thread-safe.
class Client {
 public:
  // INVALID_ARGUMENT for missing flags and unreadable files; the first call
  // finds out whether the gateway is there.
  static absl::StatusOr<Client> Connect(const ClientFlags& flags);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // "regions/{region}": as given, or as the gateway says.
  absl::StatusOr<std::string> Parent();

  // Asks the services how far they are, so that the next calls see everything
  // that anybody has written before now, derived data included.
  absl::Status CatchUp();

  // Credential, deadline (none when infinite) and the consistency token.
  void Prepare(absl::Duration budget, grpc::ClientContext* context) const;

  // Keeps the consistency token that the call left; turns the status.
  absl::Status Took(const grpc::ClientContext& context,
                    const grpc::Status& status);

  // A unary call: client.Call(stub.get(), &Stub::GetSite, request).
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(
      Stub* stub,
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request, absl::Duration budget = kBudget) {
    grpc::ClientContext context;
    Prepare(budget, &context);
    Response response;
    const absl::Status status =
        Took(context, (stub->*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  // Calls a List method until its last page; `take(response)` gets each.
  template <typename Stub, typename Request, typename Response, typename Take>
  absl::Status ListAll(Stub* stub,
                       grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                    const Request&, Response*),
                       Request request, Take take) {
    request.set_page_size(kPageSize);
    do {
      const absl::StatusOr<Response> page = Call(stub, method, request);
      if (!page.ok()) return page.status();
      take(*page);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::OkStatus();
  }

  // Longer than the suite lets any call take, so that it is the suite that says
  // what took so long.
  static constexpr absl::Duration kBudget = absl::Seconds(35);
  static constexpr int kPageSize = 1000;

 private:
  Client(std::shared_ptr<grpc::Channel> channel, std::string token,
         std::string region)
      : channel_(std::move(channel)),
        token_(std::move(token)),
        region_(std::move(region)) {}

  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
  std::string region_;
  access::v1::ConsistencyToken seen_;  // the newest position of each service
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_CLIENT_H_
