#ifndef LAGESBILD_SERVICES_REGISTRY_TEST_REGISTRY_H_
#define LAGESBILD_SERVICES_REGISTRY_TEST_REGISTRY_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/server.h"
#include "lib/rpc/status.h"
#include "services/registry/registry_component.h"

// For tests: a registry on a real server, and what there is to say to it.
namespace lagesbild::registry {

inline constexpr char kTestRegion[] = "regions/stockholm";

access::v1::Caller MunicipalityCaller(const std::string& code);
access::v1::Caller PoliceCaller(const std::string& code);
access::v1::Caller CountyBoardCaller();   // VIEWER of the whole region
access::v1::Caller CoordinationCaller();  // ADMIN of the whole region

// A box of latitudes and longitudes.
geo::v1::Geometry BoxOf(double south, double west, double north, double east);
geo::v1::Geometry PointAt(double latitude, double longitude);

v1::Area AreaOf(v1::AreaKind kind, const std::string& code,
                geo::v1::Geometry geometry);
v1::Site SiteOf(const std::string& display_name, geo::v1::Geometry geometry);
v1::Assessment VerdictOf(v1::Party party, v1::Verdict verdict,
                         const std::string& date);

// A registry in this process, reached over an in-process channel. Calls block.
class TestRegistry {
 public:
  // A registry over `ledger`; none is owned. It logs nowhere without `logger`.
  TestRegistry(ledger::Ledger* ledger, const base::Clock* clock,
               base::IdSource* ids, base::Logger* logger = nullptr);
  ~TestRegistry();

  v1::SiteRegistry::Stub* stub() { return stub_.get(); }
  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  RegistryComponent* component() { return component_.get(); }

  // Call(caller, &v1::SiteRegistry::Stub::GetSite, request).
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(
      const access::v1::Caller& caller,
      grpc::Status (v1::SiteRegistry::Stub::*method)(grpc::ClientContext*,
                                                     const Request&, Response*),
      const Request& request) {
    grpc::ClientContext context;
    rpc::SetCaller(caller, kTestBudget, &context);
    Response response;
    const absl::Status status =
        rpc::FromGrpc((stub_.get()->*method)(&context, request, &response));
    token_ = rpc::ConsistencyTokenOf(context);
    if (!status.ok()) return status;
    return response;
  }

  // As Call, for an import in several messages.
  template <typename Response, typename Request, typename Writer>
  absl::StatusOr<Response> Upload(
      const access::v1::Caller& caller,
      Writer (v1::SiteRegistry::Stub::*method)(grpc::ClientContext*, Response*),
      const std::vector<Request>& messages) {
    grpc::ClientContext context;
    rpc::SetCaller(caller, kTestBudget, &context);
    Response response;
    const auto writer = (stub_.get()->*method)(&context, &response);
    for (const Request& message : messages) writer->Write(message);
    writer->WritesDone();
    const absl::Status status = rpc::FromGrpc(writer->Finish());
    token_ = rpc::ConsistencyTokenOf(context);
    if (!status.ok()) return status;
    return response;
  }

  // States the number of rows where the first message does not.
  absl::StatusOr<v1::ImportAreasResponse> ImportAreas(
      const access::v1::Caller& caller,
      std::vector<v1::ImportAreasRequest> messages);
  absl::StatusOr<v1::ImportSitesResponse> ImportSites(
      const access::v1::Caller& caller,
      std::vector<v1::ImportSitesRequest> messages);

  absl::StatusOr<v1::Site> Create(const access::v1::Caller& caller,
                                  const v1::Site& site,
                                  const std::string& id = "");
  absl::StatusOr<v1::Site> Get(const access::v1::Caller& caller,
                               const std::string& name);
  absl::StatusOr<v1::Site> Update(const access::v1::Caller& caller,
                                  const v1::Site& site,
                                  const std::vector<std::string>& paths);
  absl::StatusOr<v1::Site> Assess(const access::v1::Caller& caller,
                                  const std::string& name,
                                  const v1::Assessment& assessment);
  absl::StatusOr<std::vector<v1::Site>> List(const access::v1::Caller& caller,
                                             const std::string& filter = "");

  // Two municipalities: 0180 at latitudes 59.3–59.4 and 0184 at 59.4–59.5,
  // longitudes 18.0–18.2.
  void ImportTwoMunicipalities();

  // Of the last answer: its consistency token and its position.
  const std::string& token() const { return token_; }
  ledger::Revision revision() const;

 private:
  static constexpr absl::Duration kTestBudget = absl::Seconds(30);

  base::NullLogger no_log_;
  std::unique_ptr<RegistryComponent> component_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SiteRegistry::Stub> stub_;
  std::string token_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_TEST_REGISTRY_H_
