#include "gateway/proxy_call.h"

#include "absl/strings/str_cat.h"
#include "gateway/gateway_fixture.h"

namespace lagesbild::gateway {
namespace {

using registry::kTestRegion;
using testing::IsOk;
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

}  // namespace
}  // namespace lagesbild::gateway
