#include "gateway/proxy_call.h"

#include "absl/strings/str_cat.h"
#include "gateway/gateway_fixture.h"

namespace lagesbild::gateway {
namespace {

using registry::kTestRegion;
using testing::ErrorIs;
using testing::StatusIs;

class ProxyCallTest : public GatewayFixture {
 protected:
  // A file of one site.
  static rv::ImportSitesRequest FileOf(int number) {
    rv::ImportSitesRequest request;
    request.set_parent(kTestRegion);
    request.set_source("test");
    request.set_expected_rows(1);
    auto* row = request.add_rows();
    row->set_external_id(absl::StrCat(number));
    *row->mutable_site() = registry::SiteOf(absl::StrCat("S", number),
                                            registry::PointAt(59.35, 18.1));
    return request;
  }
};

// Half a file would be taken for the whole one, and what it lacks be closed.
TEST_F(ProxyCallTest, AnUploadThatIsCancelledIsNotCommitted) {
  const ledger::Revision before = ledger_->ReadHead()->revision;
  for (int i = 0; i < 300; ++i) {
    const auto context = As("police");
    rv::ImportSitesResponse summary;
    const auto writer = stub_->ImportSites(context.get(), &summary);
    writer->Write(FileOf(i));
    context->TryCancel();
    EXPECT_THAT(rpc::FromGrpc(writer->Finish()),
                StatusIs(absl::StatusCode::kCancelled));
  }
  server_->Drain();
  EXPECT_EQ(ledger_->ReadHead()->revision, before);
}

// A gateway that goes down would keep its watchers until they are cut off, and
// they would not know that they may come back at once.
TEST_F(ProxyCallTest, DrainingEndsTheStreamsAndRefusesNewCalls) {
  const auto context = As("police");
  rv::WatchSitesRequest request;
  request.set_parent(kTestRegion);
  const auto reader = stub_->WatchSites(context.get(), request);
  rv::WatchSitesResponse message;
  ASSERT_TRUE(reader->Read(&message));
  gateway_->Drain();
  while (reader->Read(&message)) {
  }
  EXPECT_THAT(rpc::FromGrpc(reader->Finish()),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
  const auto late = As("police");
  EXPECT_THAT(Get(late.get(), "regions/stockholm/sites/a"),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
}

}  // namespace
}  // namespace lagesbild::gateway
