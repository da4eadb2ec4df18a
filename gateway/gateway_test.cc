// The door itself: a gateway before a real registry, over real channels.

#include "gateway/gateway_fixture.h"
#include "gmock/gmock.h"
#include "services/registry/site_watcher.h"

namespace lagesbild::gateway {
namespace {

using registry::kTestRegion;
using testing::ErrorIs;
using testing::IsOk;
using ::testing::StartsWith;
using testing::StatusIs;

using GatewayTest = GatewayFixture;

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
  testing::Watcher<rv::WatchSitesResponse> watcher(
      [this](grpc::ClientContext* context, const std::string& cursor) {
        context->AddMetadata("authorization",
                             "Bearer " + Token("municipality"));
        rv::WatchSitesRequest request;
        request.set_parent(kTestRegion);
        request.set_cursor(cursor);
        return stub_->WatchSites(context, request);
      },
      &registry::TextsOf,
      testing::TruthOf(registry::SitesShown([this] { return &registry_; },
                                            CallerOf("municipality"), ""),
                       ledger_.get()),
      {});
  watcher.Start();
  const auto message = watcher.NextNews();
  ASSERT_EQ(message.changes_size(), 1);
  EXPECT_EQ(message.changes(0).site().name(), name);
  EXPECT_EQ(message.changes(0).site().law_enforcement_note(), "");
  watcher.ReadUntil([&] { return watcher.reached() >= 0; });
  watcher.HangUp();
  EXPECT_THAT(calls_.Await("SiteRegistry.WatchSites"),
              StartsWith("SiteRegistry.WatchSites municipality CANCELLED"));
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
  request.set_expected_rows(1);
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
