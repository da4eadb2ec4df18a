// If these fail, a demonstration stands still with an alert on its way.
#include "cli/webhook_listener.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::cli {
namespace {

using ::testing::StartsWith;
using testing::StatusIs;

// A client's end of a connection.
class Connection {
 public:
  explicit Connection(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(
        connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
        0);
  }
  ~Connection() { close(fd_); }

  void Send(absl::string_view text) {
    EXPECT_EQ(send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  // Until the other end hangs up.
  std::string Receive() {
    std::string text;
    char buffer[4096];
    for (ssize_t n; (n = recv(fd_, buffer, sizeof(buffer), 0)) > 0;) {
      text.append(buffer, static_cast<size_t>(n));
    }
    return text;
  }

 private:
  const int fd_;
};

std::string Post(const std::string& body) {
  return absl::StrCat("POST /hook HTTP/1.1\r\nHost: x\r\nwebhook-id: e\r\n",
                      "webhook-timestamp: 7\r\nwebhook-signature: v1,s\r\n",
                      "Content-Length: ", body.size(), "\r\n\r\n", body);
}

bool TakeGood(const WebhookCall& call) {
  return call.id == "e" && call.timestamp == "7" && call.signature == "v1,s" &&
         call.body == "good";
}

TEST(WebhookListenerTest, CallsAreHandedOverAndAnswered) {
  ASSERT_OK_AND_ASSIGN(const auto listener,
                       WebhookListener::Start(0, absl::Minutes(1), TakeGood));
  Connection good(listener->port());
  good.Send(Post("good"));
  EXPECT_THAT(good.Receive(), StartsWith("HTTP/1.1 204 "));
  Connection bad(listener->port());
  bad.Send(Post("bad"));
  EXPECT_THAT(bad.Receive(), StartsWith("HTTP/1.1 401 "));
}

// One caller that says nothing would keep every alert from arriving.
TEST(WebhookListenerTest, ASilentCallerKeepsNobodyWaiting) {
  ASSERT_OK_AND_ASSIGN(const auto listener,
                       WebhookListener::Start(0, absl::Minutes(1), TakeGood));
  Connection silent(listener->port());
  silent.Send("POST /hook HT");
  Connection good(listener->port());
  good.Send(Post("good"));
  EXPECT_THAT(good.Receive(), StartsWith("HTTP/1.1 204 "));
}

// Silent callers would pile up until no other can be taken.
TEST(WebhookListenerTest, ASilentCallerIsHungUpOn) {
  ASSERT_OK_AND_ASSIGN(
      const auto listener,
      WebhookListener::Start(0, absl::Milliseconds(50), TakeGood));
  Connection silent(listener->port());
  EXPECT_EQ(silent.Receive(), "");
}

TEST(WebhookListenerTest, ATakenPortIsRefused) {
  ASSERT_OK_AND_ASSIGN(const auto first,
                       WebhookListener::Start(0, absl::Minutes(1), TakeGood));
  EXPECT_THAT(WebhookListener::Start(first->port(), absl::Minutes(1), TakeGood),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace lagesbild::cli
