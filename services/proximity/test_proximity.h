#ifndef LAGESBILD_SERVICES_PROXIMITY_TEST_PROXIMITY_H_
#define LAGESBILD_SERVICES_PROXIMITY_TEST_PROXIMITY_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/server.h"
#include "lib/rpc/status.h"
#include "services/proximity/proximity_component.h"

// For tests: proximity on a real server, and what there is to say to it.
namespace lagesbild::proximity {

// A primary school of municipality 0180.
v1::Place SchoolAt(const std::string& external_id, double latitude,
                   double longitude);

// One message with all of it.
v1::ImportPlacesRequest ImportOf(const std::vector<v1::Place>& places);

// Proximity in this process, reached over an in-process channel. Calls block.
class TestProximity {
 public:
  // Over `ledger`, following `registry`; none is owned but the channel.
  TestProximity(ledger::Ledger* ledger, const base::Clock* clock,
                std::shared_ptr<grpc::Channel> registry,
                std::size_t max_layer_exposures = kMaxLayerExposures);
  ~TestProximity();

  v1::ProximityAnalysis::Stub* stub() { return stub_.get(); }
  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  ProximityComponent* component() { return component_.get(); }

  // Calls as the caller, after what `token` names has been reached.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(
      const access::v1::Caller& caller,
      grpc::Status (v1::ProximityAnalysis::Stub::*method)(grpc::ClientContext*,
                                                          const Request&,
                                                          Response*),
      const Request& request, const std::string& token = "") {
    grpc::ClientContext context;
    rpc::SetCaller(caller, kTestBudget, &context);
    if (!token.empty()) rpc::SetConsistencyToken(token, &context);
    Response response;
    const absl::Status status =
        rpc::FromGrpc((stub_.get()->*method)(&context, request, &response));
    token_ = rpc::ConsistencyTokenOf(context);
    if (!status.ok()) return status;
    return response;
  }

  absl::StatusOr<v1::ImportPlacesResponse> Import(
      const access::v1::Caller& caller,
      const std::vector<v1::ImportPlacesRequest>& messages,
      const std::string& token = "");
  absl::StatusOr<std::vector<v1::Place>> Places(
      const access::v1::Caller& caller, const std::string& filter = "",
      const std::string& token = "");
  absl::StatusOr<std::vector<v1::Exposure>> Exposures(
      const access::v1::Caller& caller, const std::string& token = "",
      const std::string& filter = "");

  // The consistency token of the last answer.
  const std::string& token() const { return token_; }

 private:
  static constexpr absl::Duration kTestBudget = absl::Seconds(30);

  base::RandomIds ids_;
  base::NullLogger logger_;
  std::unique_ptr<ProximityComponent> component_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::ProximityAnalysis::Stub> stub_;
  std::string token_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_TEST_PROXIMITY_H_
