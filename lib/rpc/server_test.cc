#include "lib/rpc/server.h"

#include <grpcpp/generic/generic_stub.h>

#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"
#include "lib/rpc/testing/harness.h"
#include "lib/rpc/testing/http_get.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::rpc {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Sends nothing until it is ended.
class OpenStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit OpenStream(CallPtr call) : call_(std::move(call)) {}
  void End(const absl::Status& status) {
    if (ended_.exchange(true)) return;
    status_ = status;
    Finish(ToGrpc(status));
  }
  void OnCancel() noexcept override { End(absl::CancelledError()); }
  void OnDone() noexcept override {
    call_->Finished(status_);
    delete this;
  }

 private:
  const CallPtr call_;
  std::atomic<bool> ended_ = false;
  absl::Status status_;
};

// Two servers on one port would each lose half of the calls.
TEST(ServerTest, ATakenPortIsAClearError) {
  Harness first;
  first.server_options.address = "127.0.0.1:0";
  first.server_options.credentials = grpc::InsecureServerCredentials();
  first.server_options.admin_address = "127.0.0.1:0";
  ASSERT_THAT(first.Start(), IsOk());
  Harness second;
  second.server_options = first.server_options;
  second.server_options.logger = &second.log;
  second.server_options.address =
      absl::StrCat("127.0.0.1:", first.server->port());
  absl::Status status = second.Start();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(status.ToString(), HasSubstr(second.server_options.address));
  Harness third;
  third.server_options.admin_address =
      absl::StrCat("127.0.0.1:", first.server->admin_port());
  EXPECT_THAT(third.Start(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(ServerTest, SenselessOptionsAreRefused) {
  Harness h;
  h.server_options.address = "127.0.0.1:0";
  EXPECT_THAT(h.Start(), StatusIs(absl::StatusCode::kInvalidArgument));
  h.server_options.credentials = grpc::InsecureServerCredentials();
  h.server_options.address = "127.0.0.1:99999";
  EXPECT_THAT(h.Start(), StatusIs(absl::StatusCode::kInvalidArgument));
  Harness admin;
  for (const char* bad : {"9090", "localhost:1", "127.0.0.1:x", "1.2.3:5"}) {
    admin.server_options.admin_address = bad;
    EXPECT_THAT(admin.Start(), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

// An orchestrator would send calls to a server that cannot answer them.
TEST(ServerTest, ProbesFollowTheComponents) {
  Harness h;
  h.server_options.admin_address = "127.0.0.1:0";
  h.ready = false;
  ASSERT_THAT(h.Start(), IsOk());
  const int port = h.server->admin_port();
  EXPECT_THAT(HttpGet(port, "/livez"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(HttpGet(port, "/readyz"), StartsWith("HTTP/1.1 503"));
  h.ready = true;
  EXPECT_THAT(HttpGet(port, "/readyz"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(h.Get(), IsOk());
  EXPECT_THAT(HttpGet(port, "/metrics"),
              HasSubstr("lagesbild_rpc_seconds_count{method=\"Probe.Get\"} 1"));
  EXPECT_THAT(HttpGet(port, "/other"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(HttpSend(port,
                       "POST /livez HTTP/1.1\r\nContent-Length: "
                       "0\r\nConnection: close\r\n\r\n"),
              HasSubstr("405"));
  EXPECT_EQ(HttpSend(port, "\x16\x03\x01 no HTTP\r\n\r\n"), "");
}

// grpc.health.v1's bytes: field 1, 1 is SERVING and 2 NOT_SERVING.
std::string Health(Harness* h) {
  grpc::GenericStub stub(h->server->InProcessChannel());
  grpc::ClientContext context;
  const grpc::Slice empty;
  const grpc::ByteBuffer request(&empty, 1);
  grpc::ByteBuffer response;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(
      &context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  std::vector<grpc::Slice> slices;
  if (!status.ok() || !response.Dump(&slices).ok()) return "error";
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

TEST(ServerTest, GrpcHealthFollowsTheComponents) {
  Harness h;
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_TRUE(Eventually([&] { return Health(&h) == "\x08\x01"; }));
  h.ready = false;
  EXPECT_TRUE(Eventually([&] { return Health(&h) == "\x08\x02"; }));
}

// Streams that are cut instead of ended, or ended before readiness fails, make
// every client fall over at each roll-out.
TEST(ServerTest, DrainFailsReadinessThenEndsStreamsThenCancels) {
  Harness h;
  h.server_options.admin_address = "127.0.0.1:0";
  base::Mutex mutex;
  OpenStream* stream = nullptr;
  CallPtr slow;
  Done slow_done;
  h.setup = [&](ProbeService* service) {
    service->watch = [&](CallPtr call) {
      base::MutexLock lock(&mutex);
      return stream = new OpenStream(std::move(call));
    };
    service->get = [&](CallPtr call, const GetRequest&, Record*, Done done) {
      base::MutexLock lock(&mutex);
      slow = std::move(call);
      slow_done = std::move(done);
    };
  };
  std::string readiness_at_drain;
  bool cancelled_at_drain = true;
  h.on_drain = [&] {
    readiness_at_drain = HttpGet(h.server->admin_port(), "/readyz");
    cancelled_at_drain = slow->Cancelled();
    stream->End(base::Error(absl::StatusCode::kUnavailable, base::kDraining,
                            "draining"));
  };
  ASSERT_THAT(h.Start(), IsOk());

  std::thread watcher([&] {
    grpc::ClientContext context;
    SetCaller(PoliceCaller(), absl::InfiniteDuration(), &context);
    auto reader = h.stub->Watch(&context, GetRequest());
    Record record;
    while (reader->Read(&record)) {
    }
    EXPECT_THAT(FromGrpc(reader->Finish()),
                ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
  });
  std::thread reader([&] { EXPECT_FALSE(h.Get().ok()); });
  ASSERT_TRUE(Eventually([&] {
    base::MutexLock lock(&mutex);
    return stream != nullptr && slow != nullptr;
  }));

  std::thread drainer([&] { h.server->Drain(); });
  EXPECT_TRUE(Eventually([&] { return slow->Cancelled(); }));
  slow_done(absl::OkStatus());
  drainer.join();
  watcher.join();
  reader.join();
  EXPECT_THAT(readiness_at_drain, StartsWith("HTTP/1.1 503"));
  EXPECT_FALSE(cancelled_at_drain);
  slow.reset();
  slow_done = nullptr;
}

TEST(ServerTest, ARefusedStreamEndsAtOnceWithItsReason) {
  Harness h;
  ASSERT_THAT(h.Start(), IsOk());
  grpc::ClientContext context;
  auto reader = h.stub->Watch(&context, GetRequest());
  Record record;
  EXPECT_FALSE(reader->Read(&record));
  EXPECT_THAT(FromGrpc(reader->Finish()),
              ErrorIs(absl::StatusCode::kUnauthenticated, base::kNoCredential));
  EXPECT_THAT(h.log.text(),
              HasSubstr("call Probe.Watch  UNAUTHENTICATED NO_CREDENTIAL 0"));
}

TEST(ServerTest, MethodsAreFoundByNameAndByPath) {
  Harness h;
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_EQ(h.handlers->Find("Probe.Nothing"), nullptr);
  ASSERT_NE(h.handlers->Find("/lagesbild.testing.v1.Probe/Get"), nullptr);
  EXPECT_TRUE(h.handlers->Find("Probe.Get")->reads);
  EXPECT_FALSE(h.handlers->Find("Probe.Put")->reads);
}

}  // namespace
}  // namespace lagesbild::rpc
