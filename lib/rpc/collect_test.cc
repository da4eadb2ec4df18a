#include "lib/rpc/collect.h"

#include <atomic>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/rpc/testing/harness.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::rpc {
namespace {

using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;

// Over TCP, as a reset of a stream overtakes nothing in-process.
class CollectTest : public ::testing::Test {
 protected:
  CollectTest() {
    h_.options.identify = [this](const auto&) {
      ++admitted_;
      return PoliceCaller();
    };
    h_.server_options.address = "127.0.0.1:0";
    h_.server_options.credentials = grpc::InsecureServerCredentials();
    h_.setup = [this](ProbeService* service) {
      service->put_all = [this](const CallPtr&,
                                const std::vector<PutRequest>& requests,
                                Record* record, Done done) {
        ++handled_;
        record->set_count(static_cast<std::int64_t>(requests.size()));
        done(absl::OkStatus());
      };
    };
  }
  void Start() {
    ASSERT_THAT(h_.Start(), IsOk());
    stub_ = Probe::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", h_.server->port()),
                            grpc::InsecureChannelCredentials()));
  }

  Harness h_;
  std::atomic<int> admitted_ = 0;
  std::atomic<int> handled_ = 0;
  std::unique_ptr<Probe::Stub> stub_;
};

// A whole file must arrive whole.
TEST_F(CollectTest, AStreamThatIsEndedIsHandledOnce) {
  Start();
  grpc::ClientContext context;
  Record record;
  const auto writer = stub_->PutAll(&context, &record);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(writer->Write({}));
  writer->WritesDone();
  EXPECT_THAT(FromGrpc(writer->Finish()), IsOk());
  EXPECT_EQ(record.count(), 3);
  EXPECT_EQ(handled_, 1);
}

// Half a file would be taken for the whole one, and what it lacks be closed.
TEST_F(CollectTest, AStreamThatIsCancelledIsNeverHandled) {
  Start();
  for (int i = 1; i <= 300; ++i) {
    grpc::ClientContext context;
    Record record;
    const auto writer = stub_->PutAll(&context, &record);
    writer->Write({});
    ASSERT_TRUE(Eventually([&] { return admitted_ == i; }));
    context.TryCancel();
    EXPECT_THAT(FromGrpc(writer->Finish()),
                StatusIs(absl::StatusCode::kCancelled));
  }
  h_.Stop();
  EXPECT_EQ(handled_, 0);
}

}  // namespace
}  // namespace lagesbild::rpc
