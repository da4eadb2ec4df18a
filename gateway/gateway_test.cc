// The door itself: a gateway before a real registry, over real channels.

#include <grpcpp/grpcpp.h>

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
namespace {

namespace rv = ::lagesbild::registry::v1;
using registry::kTestRegion;
using testing::ErrorIs;
using testing::IsOk;
using testing::StatusIs;

constexpr char kNote[] = "unmarked car on Tuesdays";

class GatewayTest : public ::testing::Test {
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

// Anyone on the network could read the county's sites.
TEST_F(GatewayTest, NoShapeOfCallGetsInWithoutAToken) {
  const auto kRefused = absl::StatusCode::kUnauthenticated;
  grpc::ClientContext unary;
  EXPECT_THAT(Get(&unary, "regions/stockholm/sites/a"),
              ErrorIs(kRefused, base::kNoCredential));

  grpc::ClientContext watching;
  const auto reader = stub_->WatchSites(&watching, {});
  rv::WatchSitesResponse message;
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_THAT(rpc::FromGrpc(reader->Finish()),
              ErrorIs(kRefused, base::kNoCredential));

  grpc::ClientContext importing;
  rv::ImportSitesResponse summary;
  const auto writer = stub_->ImportSites(&importing, &summary);
  writer->Write({});
  EXPECT_THAT(rpc::FromGrpc(writer->Finish()),
              ErrorIs(kRefused, base::kNoCredential));
}

// Whoever may send metadata could say that he is the police.
TEST_F(GatewayTest, WhatACallerClaimsOfItselfIsNotRead) {
  const std::string name = SiteWithNote();
  const auto context = As("municipality");
  context->AddMetadata(access::kCallerMetadata,
                       access::EncodeCaller(registry::PoliceCaller("0180")));
  const auto site = Get(context.get(), name);
  ASSERT_THAT(site, IsOk());
  EXPECT_EQ(site->law_enforcement_note(), "");
}

TEST_F(GatewayTest, EachCallerSeesWhatTheContractLetsItSee) {
  const std::string name = SiteWithNote();
  const auto police = As("police");
  EXPECT_EQ(Get(police.get(), name)->law_enforcement_note(), kNote);
  const auto board = As("county-board");
  EXPECT_EQ(Get(board.get(), name)->law_enforcement_note(), "");
  // It is told that there are fields it may not see, filled or not.
  const auto& trailers = board->GetServerTrailingMetadata();
  const auto hidden = trailers.find(access::kRedactedFieldsMetadata);
  ASSERT_NE(hidden, trailers.end());
  EXPECT_NE(std::string(hidden->second.data(), hidden->second.size())
                .find("law_enforcement_note"),
            std::string::npos);
}

TEST_F(GatewayTest, AWatchIsRedactedAndEndsWithItsCaller) {
  const std::string name = SiteWithNote();
  const auto context = As("municipality");
  rv::WatchSitesRequest request;
  request.set_parent(kTestRegion);
  const auto reader = stub_->WatchSites(context.get(), request);
  rv::WatchSitesResponse message;
  while (reader->Read(&message) && message.changes_size() == 0) {
  }
  ASSERT_EQ(message.changes_size(), 1);
  EXPECT_EQ(message.changes(0).site().name(), name);
  EXPECT_EQ(message.changes(0).site().law_enforcement_note(), "");
  context->TryCancel();
  while (reader->Read(&message)) {
  }
  EXPECT_THAT(rpc::FromGrpc(reader->Finish()),
              StatusIs(absl::StatusCode::kCancelled));
}

// What the services say of an error must reach the client's program.
TEST_F(GatewayTest, AServicesErrorKeepsItsDetails) {
  const auto context = As("police");
  const auto site = Get(context.get(), "not a name");
  EXPECT_THAT(site,
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
}

TEST_F(GatewayTest, ARoleThatMayNotIsRefusedBeforeTheServiceIsAsked) {
  rv::CreateSiteRequest request;
  request.set_parent(kTestRegion);
  rv::Site site;
  const auto context = As("county-board");
  EXPECT_THAT(rpc::FromGrpc(stub_->CreateSite(context.get(), request, &site)),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
}

// An import that is refused half-way must end, not hang.
TEST_F(GatewayTest, AClientStreamIsCarriedWholeAndRefusedCleanly) {
  rv::ImportSitesRequest request;
  request.set_parent(kTestRegion);
  request.set_source("test");
  auto* row = request.add_rows();
  row->set_external_id("a");
  *row->mutable_site() =
      registry::SiteOf("Torget", registry::PointAt(59.35, 18.1));
  rv::ImportSitesResponse summary;
  {
    const auto context = As("police");
    const auto writer = stub_->ImportSites(context.get(), &summary);
    EXPECT_TRUE(writer->Write(request));
    writer->WritesDone();
    EXPECT_THAT(rpc::FromGrpc(writer->Finish()), IsOk());
    EXPECT_EQ(summary.created(), 1);
    EXPECT_FALSE(rpc::ConsistencyTokenOf(*context).empty());
  }
  const auto refused = As("county-board");
  const auto writer = stub_->ImportSites(refused.get(), &summary);
  for (int i = 0; i < 1000 && writer->Write(request); ++i) {
  }
  EXPECT_THAT(rpc::FromGrpc(writer->Finish()),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(GatewayTest, AServiceThatIsAwayIsUnavailableNotAHang) {
  const auto channel =
      grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                          grpc::InsecureChannelCredentials());
  const auto proximity = proximity::v1::ProximityAnalysis::NewStub(channel);
  proximity::v1::ListExposuresRequest request;
  request.set_parent(kTestRegion);
  proximity::v1::ListExposuresResponse response;
  const auto context = As("police");
  EXPECT_THAT(rpc::FromGrpc(
                  proximity->ListExposures(context.get(), request, &response)),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace lagesbild::gateway
