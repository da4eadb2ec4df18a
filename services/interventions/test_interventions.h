#ifndef LAGESBILD_SERVICES_INTERVENTIONS_TEST_INTERVENTIONS_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_TEST_INTERVENTIONS_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/server.h"
#include "lib/rpc/status.h"
#include "services/interventions/interventions_component.h"

// For tests: interventions on a real server, and what there is to say to them.
namespace lagesbild::interventions {

// COORDINATOR of a municipality.
access::v1::Caller CoordinatorOf(const std::string& code);

// "s NO_MEASURE".
std::string TextOf(const v1::CoverageGap& gap);

// A measure at the site.
v1::CreateInterventionRequest PlanOf(const std::string& site,
                                     const std::string& type = "lighting",
                                     const std::string& id = "");

// Interventions in this process, reached over an in-process channel. Calls
// block.
class TestInterventions {
 public:
  // Over `ledger`; none is owned but the channels.
  TestInterventions(ledger::Ledger* ledger, const base::Clock* clock,
                    base::IdSource* ids,
                    std::shared_ptr<grpc::Channel> registry,
                    std::shared_ptr<grpc::Channel> proximity);
  ~TestInterventions();

  using Stub = v1::InterventionTracking::Stub;
  Stub* stub() { return stub_.get(); }
  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  InterventionsComponent* component() { return component_.get(); }

  // Calls as the caller, after what `token` names has been reached.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(
      const access::v1::Caller& caller,
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
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

  absl::StatusOr<v1::Intervention> Create(
      const access::v1::Caller& caller,
      const v1::CreateInterventionRequest& request);
  absl::StatusOr<v1::Intervention> Activate(const access::v1::Caller& caller,
                                            const std::string& name,
                                            const std::string& start = "");
  absl::StatusOr<v1::Intervention> Complete(const access::v1::Caller& caller,
                                            const std::string& name,
                                            const std::string& end = "");
  absl::StatusOr<v1::Intervention> Get(const access::v1::Caller& caller,
                                       const std::string& name);
  absl::StatusOr<std::vector<v1::CoverageGap>> Gaps(
      const access::v1::Caller& caller, const std::string& token = "",
      const std::string& filter = "",
      const access::v1::AsOf& as_of = access::v1::AsOf());

  // The consistency token of the last answer.
  const std::string& token() const { return token_; }

 private:
  static constexpr absl::Duration kTestBudget = absl::Seconds(30);

  base::NullLogger logger_;
  std::unique_ptr<InterventionsComponent> component_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Stub> stub_;
  std::string token_;
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_TEST_INTERVENTIONS_H_
