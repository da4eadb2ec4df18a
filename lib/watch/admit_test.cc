#include "lib/watch/admit.h"

#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/watch/watch_fixture.h"

namespace lagesbild::watch {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::IsEmpty;
using testing::StatusIs;
using testing::v1::WatchNotesRequest;

using Base = testing::v1::NoteBoard::WithRawCallbackMethod_WatchNotes<
    testing::v1::NoteBoard::Service>;
using RendererOr = absl::StatusOr<std::shared_ptr<Renderer>>;

// Keeps how calls ended.
class Ends final : public rpc::AccessLog {
 public:
  void Write(const rpc::AccessEntry& entry) override {
    base::MutexLock lock(&mutex_);
    ends_.push_back(absl::StrCat(entry.method, " ", entry.agency, " ",
                                 absl::StatusCodeToString(entry.code)));
  }
  std::vector<std::string> ends() const {
    base::MutexLock lock(&mutex_);
    return ends_;
  }

 private:
  mutable base::Mutex mutex_;
  std::vector<std::string> ends_ ABSL_GUARDED_BY(mutex_);
};

// The fixture's board again, behind the wrapper that services have.
class AdmitTest : public WatchFixture, public Base {
 protected:
  void SetUp() override {
    WatchFixture::Serve();
    rpc::HandlerOptions options;
    options.clock = &clock_;
    options.logger = &logger_;
    options.access_log = &ends_;
    options.metrics = &metrics_;
    options.identify = [](const auto&) {
      access::v1::Caller caller;
      caller.set_agency("police-a");
      return caller;
    };
    options.policy = [](const auto&, const auto&) { return absl::OkStatus(); };
    handlers_ = std::make_unique<rpc::Handlers>(
        options, std::vector<std::string>{"lagesbild.testing.v1.NoteBoard"});
    grpc::ServerBuilder builder;
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    stub_ = testing::v1::NoteBoard::NewStub(
        server_->InProcessChannel(grpc::ChannelArguments()));
  }
  void TearDown() override { server_->Shutdown(); }

  WatchReactor* WatchNotes(grpc::CallbackServerContext* context,
                           const grpc::ByteBuffer* request) override {
    return AdmitWatch<WatchNotesRequest>(
        handlers_.get(), &board_->hub(), context, "NoteBoard.WatchNotes",
        *request,
        [this](const access::v1::Caller&, const WatchNotesRequest& asked) {
          return renderer_for_(asked);
        });
  }

  std::unique_ptr<grpc::ClientReader<Response>> Open(
      grpc::ClientContext* context) {
    return stub_->WatchNotes(context, WatchNotesRequest());
  }
  absl::Status Refused() {
    grpc::ClientContext context;
    Response response;
    const auto reader = Open(&context);
    EXPECT_FALSE(reader->Read(&response));
    return rpc::FromGrpc(reader->Finish());
  }

  std::function<RendererOr(const WatchNotesRequest&)> renderer_for_ =
      [this](const WatchNotesRequest& asked) -> RendererOr {
    return board_->NewRenderer(asked.prefix());
  };
  base::NullLogger logger_;
  rpc::Metrics metrics_;
  Ends ends_;
  std::unique_ptr<rpc::Handlers> handlers_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<testing::v1::NoteBoard::Stub> stub_;
};

// Every watch would be logged as cancelled the moment it began, and nobody
// could say afterwards how one ended.
TEST_F(AdmitTest, AStreamIsLoggedOnceWhenItEnds) {
  grpc::ClientContext context;
  const auto reader = Open(&context);
  Response response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_THAT(ends_.ends(), IsEmpty());
  board_->hub().Drain();
  while (reader->Read(&response)) {
  }
  reader->Finish();
  ASSERT_TRUE(Eventually([&] { return !ends_.ends().empty(); }));
  EXPECT_THAT(ends_.ends(),
              ElementsAre("NoteBoard.WatchNotes police-a UNAVAILABLE"));
}

TEST_F(AdmitTest, ARequestThatCannotBeShownIsRefusedAndLogged) {
  renderer_for_ = [](const WatchNotesRequest&) -> RendererOr {
    return absl::InvalidArgumentError("no such prefix");
  };
  EXPECT_THAT(Refused(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ends_.ends(),
              ElementsAre("NoteBoard.WatchNotes police-a INVALID_ARGUMENT"));
}

// One request that a service did not think of would stop it for all.
TEST_F(AdmitTest, WhatIsThrownEndsTheStreamAlone) {
  renderer_for_ = [](const WatchNotesRequest&) -> RendererOr {
    throw std::runtime_error("811218-9876");
  };
  const absl::Status status = Refused();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(status.ToString(),
              ::testing::Not(::testing::HasSubstr("811218")));
  EXPECT_THAT(ends_.ends(),
              ElementsAre("NoteBoard.WatchNotes police-a INTERNAL"));
}

}  // namespace
}  // namespace lagesbild::watch
