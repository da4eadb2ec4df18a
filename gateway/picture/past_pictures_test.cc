// Pictures of the past while a service hangs: it takes connections, and says
// nothing.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <vector>

#include "gateway/picture/picture_fixture.h"
#include "gateway/picture/picture_watcher.h"

namespace lagesbild::gateway {
namespace {

using testing::StatusIs;

// A port on which nobody ever answers.
class SilentPort {
 public:
  SilentPort() : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd_, raw, size) != 0 || listen(fd_, 64) != 0 ||
        getsockname(fd_, raw, &size) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
  }
  ~SilentPort() { close(fd_); }
  int port() const { return port_; }

 private:
  const int fd_;
  int port_ = 0;
};

class PastPicturesTest : public GatewayFixture {
 protected:
  Upstreams upstreams() override {
    return {registry_.channel(),
            grpc::CreateChannel(absl::StrCat("127.0.0.1:", silent_.port()),
                                grpc::InsecureChannelCredentials()),
            registry_.channel(), registry_.channel()};
  }

  // One GetPicture of the past, on a thread of its own.
  struct Asked {
    std::unique_ptr<grpc::ClientContext> context;
    std::future<absl::Status> answer;
  };
  Asked Ask(absl::Duration within = absl::Seconds(20)) {
    Asked asked;
    asked.context = std::make_unique<grpc::ClientContext>();
    asked.context->AddMetadata("authorization", "Bearer " + Token("police"));
    asked.context->set_deadline(absl::ToChronoTime(absl::Now() + within));
    asked.answer =
        std::async(std::launch::async, [this, context = asked.context.get()] {
          kv::GetPictureRequest request;
          request.set_name(registry::kTestRegion);
          request.mutable_as_of()->set_valid_date("2024-01-01");
          kv::Picture picture;
          return rpc::FromGrpc(kv::RegionalPicture::NewStub(door_)->GetPicture(
              context, request, &picture));
        });
    return asked;
  }

  SilentPort silent_;
};

// "Deadline Exceeded" sends an operator to five places.
TEST_F(PastPicturesTest, TheServiceThatHangsIsNamed) {
  Asked asked = Ask(absl::Seconds(5));
  const absl::Status status = asked.answer.get();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(status.message(), "proximity did not answer in time");
}

// Two questions about last year stopped the live picture for everybody.
TEST_F(PastPicturesTest, TheyHoldUpNoWatcherAndAreNotTakenWithoutEnd) {
  std::vector<Asked> asked;
  for (int i = 0; i <= kMaxPastPictures; ++i) asked.push_back(Ask());
  // The one that is one too many is told so; the others hang.
  const auto answered = [](const Asked& one) {
    return one.answer.wait_for(std::chrono::seconds(0)) ==
           std::future_status::ready;
  };
  auto refused = asked.end();
  ASSERT_TRUE(testing::Eventually([&] {
    refused = std::find_if(asked.begin(), asked.end(), answered);
    return refused != asked.end();
  }));
  EXPECT_THAT(refused->answer.get(),
              StatusIs(absl::StatusCode::kResourceExhausted));
  asked.erase(refused);
  PictureWatcher watcher(
      door_, {}, [this] { return Token("police"); },
      TruthOf(gateway_->picture_ledger(), CallerOf("police"), {}));
  watcher.stream().Start();
  SiteWithNote();
  EXPECT_TRUE(
      watcher.stream().ReadUntil([&] { return watcher.mirror().size() == 1; }));

  // Whoever hangs up makes room at once.
  for (Asked& one : asked) one.context->TryCancel();
  for (Asked& one : asked) {
    EXPECT_THAT(one.answer.get(), StatusIs(absl::StatusCode::kCancelled));
  }
  EXPECT_TRUE(testing::Eventually([&] {
    Asked another = Ask(absl::Seconds(1));
    return absl::IsDeadlineExceeded(another.answer.get());
  }));
}

}  // namespace
}  // namespace lagesbild::gateway
