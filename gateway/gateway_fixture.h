#ifndef LAGESBILD_GATEWAY_GATEWAY_FIXTURE_H_
#define LAGESBILD_GATEWAY_GATEWAY_FIXTURE_H_

#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "gateway/gateway_component.h"
#include "gtest/gtest.h"
#include "lib/access/caller.h"
#include "lib/access/mint.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/server.h"
#include "lib/rpc/status.h"
#include "services/registry/test_registry.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::gateway {

namespace rv = ::lagesbild::registry::v1;

inline constexpr char kNote[] = "unmarked car on Tuesdays";

// A gateway before a real registry, over real channels.
class GatewayFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    registry_.ImportTwoMunicipalities();
    WriteKeys();
    Open();
    rpc::ServerOptions server;
    server.address = "127.0.0.1:0";
    server.credentials = grpc::InsecureServerCredentials();
    server.generic = gateway_->Generic();
    server.logger = &logger_;
    ASSERT_OK_AND_ASSIGN(server_, rpc::Server::Start(server, {gateway_.get()}));
    stub_ = rv::SiteRegistry::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                            grpc::InsecureChannelCredentials()));
  }

  void TearDown() override { server_->Drain(); }

  void WriteKeys() {
    ASSERT_OK_AND_ASSIGN(key_, access::NewEs256Key());
    ASSERT_OK_AND_ASSIGN(const std::string jwks, access::JwksOf({key_}));
    std::FILE* file = std::fopen(dir_.File("jwks.json").c_str(), "w");
    std::fputs(jwks.c_str(), file);
    std::fclose(file);
  }

  // Nobody listens where the other services should be: what is tested here
  // does not need them.
  void Open() {
    const std::string config =
        std::string(std::getenv("LAGESBILD_SOURCE_DIR")) + "/k8s/base/";
    GatewayOptions options;
    options.region = "stockholm";
    options.agencies_file = config + "agencies.textproto";
    options.policy_file = config + "policy.textproto";
    options.jwks_file = dir_.File("jwks.json");
    options.issuer = access::kLocalIssuer;
    options.audience = access::kGatewayAudience;
    const auto nowhere =
        grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials());
    GatewayDeps deps{
        &clock_, &ids_,     &logger_,
        &calls_, &metrics_, {registry_.channel(), nowhere, nowhere, nowhere}};
    ASSERT_OK_AND_ASSIGN(gateway_, GatewayComponent::Open(options, deps));
  }

  std::string Token(const std::string& agency) {
    access::MintClaims claims;
    claims.agency = agency;
    claims.subject = "test";
    return *access::MintToken(key_, claims, absl::Hours(1), clock_);
  }

  std::unique_ptr<grpc::ClientContext> As(const std::string& agency) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->AddMetadata("authorization", "Bearer " + Token(agency));
    context->set_deadline(std::chrono::system_clock::now() +
                          std::chrono::seconds(20));
    return context;
  }

  absl::StatusOr<rv::Site> Get(grpc::ClientContext* context,
                               const std::string& name) {
    rv::GetSiteRequest request;
    request.set_name(name);
    rv::Site site;
    const absl::Status status =
        rpc::FromGrpc(stub_->GetSite(context, request, &site));
    if (!status.ok()) return status;
    return site;
  }

  // A site with a note for law enforcement.
  std::string SiteWithNote() {
    rv::Site site = registry::SiteOf("Torget", registry::PointAt(59.35, 18.1));
    site.set_law_enforcement_note(kNote);
    return registry_.Create(registry::PoliceCaller("0180"), site)->name();
  }

  base::SystemClock clock_;
  base::RandomIds ids_;
  base::NullLogger logger_;
  class NoLog final : public rpc::AccessLog {
    void Write(const rpc::AccessEntry&) override {}
  } calls_;
  rpc::Metrics metrics_;
  testing::TempDir dir_;
  std::string key_;
  std::unique_ptr<ledger::Ledger> ledger_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  registry::TestRegistry registry_{ledger_.get(), &clock_, &ids_};
  std::unique_ptr<GatewayComponent> gateway_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<rv::SiteRegistry::Stub> stub_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_GATEWAY_FIXTURE_H_
