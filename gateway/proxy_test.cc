// What a proxied call leaves behind, what it is told, and when it ends.

#include "gateway/proxy.h"

#include "gateway/gateway_fixture.h"

namespace lagesbild::gateway {
namespace {

using registry::kTestRegion;
using testing::ErrorIs;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

class ProxyTest : public GatewayFixture {
 protected:
  absl::Status List(const std::string& agency) {
    const auto context = As(agency);
    rv::ListSitesRequest request;
    request.set_parent(kTestRegion);
    rv::ListSitesResponse response;
    return rpc::FromGrpc(stub_->ListSites(context.get(), request, &response));
  }
};

// Nobody could see that a service fails, or who makes all those calls.
TEST_F(ProxyTest, EveryCallIsCountedAndLoggedWithItsCallerAndSize) {
  EXPECT_THAT(List("police"), IsOk());
  rv::ListSitesRequest request;
  request.set_parent(kTestRegion);
  EXPECT_EQ(calls_.Await("SiteRegistry.ListSites police"),
            absl::StrCat("SiteRegistry.ListSites police OK ",
                         request.ByteSizeLong()));
  EXPECT_THAT(metrics_.Text(),
              HasSubstr("lagesbild_rpc_calls_total{code=\"OK\",method="
                        "\"SiteRegistry.ListSites\"} 1"));
}

TEST_F(ProxyTest, ARefusalIsLoggedWithWhoWasRefused) {
  rv::CreateSiteRequest request;
  request.set_parent(kTestRegion);
  rv::Site site;
  const auto context = As("county-board");
  EXPECT_THAT(rpc::FromGrpc(stub_->CreateSite(context.get(), request, &site)),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(calls_.Await("SiteRegistry.CreateSite"),
            "SiteRegistry.CreateSite county-board PERMISSION_DENIED 0");
  EXPECT_THAT(metrics_.Text(),
              HasSubstr("lagesbild_rpc_calls_total{code=\"PERMISSION_DENIED\","
                        "method=\"SiteRegistry.CreateSite\"} 1"));
}

TEST_F(ProxyTest, WhatAnUploadSentIsAddedUp) {
  rv::ImportSitesRequest first;
  first.set_parent(kTestRegion);
  first.set_source("test");
  first.set_validate_only(true);
  rv::ImportSitesRequest second;
  second.add_rows()->set_external_id("a");
  const auto context = As("police");
  rv::ImportSitesResponse summary;
  const auto writer = stub_->ImportSites(context.get(), &summary);
  writer->Write(first);
  writer->Write(second);
  writer->WritesDone();
  writer->Finish();
  EXPECT_THAT(calls_.Await("SiteRegistry.ImportSites police"),
              ::testing::EndsWith(absl::StrCat(
                  " ", first.ByteSizeLong() + second.ByteSizeLong())));
}

// "Deadline Exceeded" sends an operator to five places.
TEST_F(ProxyTest, AServiceThatIsNotThereIsNamedWithoutItsAddress) {
  const auto proximity = proximity::v1::ProximityAnalysis::NewStub(door_);
  proximity::v1::ListExposuresRequest request;
  request.set_parent(kTestRegion);
  proximity::v1::ListExposuresResponse response;
  const auto context = As("police");
  const absl::Status status = rpc::FromGrpc(
      proximity->ListExposures(context.get(), request, &response));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(status.message(), "proximity cannot be reached");
}

// A token that was good for a minute would open the region's live picture for
// an hour.
TEST_F(ProxyTest, AWatchEndsWithItsToken) {
  const auto context = As("police", absl::Seconds(2));
  rv::WatchSitesRequest request;
  request.set_parent(kTestRegion);
  const auto reader = stub_->WatchSites(context.get(), request);
  rv::WatchSitesResponse message;
  EXPECT_TRUE(reader->Read(&message));
  while (reader->Read(&message)) {
  }
  EXPECT_THAT(
      rpc::FromGrpc(reader->Finish()),
      ErrorIs(absl::StatusCode::kUnauthenticated, base::kBadCredential));
  EXPECT_THAT(calls_.Await("SiteRegistry.WatchSites"),
              HasSubstr("UNAUTHENTICATED"));
}

}  // namespace
}  // namespace lagesbild::gateway
