#include "services/notifications/webhook_client.h"

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/notifications/cloud_event.h"
#include "tests/testing/webhook_receiver.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::WebhookReceiver;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TargetPolicy kLocal = {.allow_http = true, .allow_private = true};

WebhookPost PostTo(const std::string& url) {
  return {.id = "d1",
          .url = url,
          .timestamp = "1700000000",
          .signature = "v1,abc",
          .body = R"({"a":1})"};
}

WebhookAnswer Exchange(WebhookClient* client, WebhookPost post) {
  client->Start(std::move(post));
  while (client->under_way() > 0) {
    std::vector<WebhookAnswer> answers = client->Wait(absl::Seconds(1));
    if (!answers.empty()) return answers[0];
  }
  return {};
}

// A receiver that follows the specification would not know what came.
TEST(WebhookClientTest, SendsBodyAndHeaders) {
  WebhookReceiver receiver;
  WebhookClient client({.targets = kLocal, .ca_file = ""});
  const WebhookAnswer answer = Exchange(&client, PostTo(receiver.url()));
  EXPECT_EQ(answer.id, "d1");
  EXPECT_EQ(answer.http_status, 200);
  ASSERT_THAT(receiver.requests(), SizeIs(1));
  const WebhookReceiver::Request request = receiver.requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/hook");
  EXPECT_EQ(request.body, R"({"a":1})");
  EXPECT_EQ(request.headers.at("content-type"), kCloudEventContentType);
  EXPECT_EQ(request.headers.at("webhook-id"), "d1");
  EXPECT_EQ(request.headers.at("webhook-timestamp"), "1700000000");
  EXPECT_EQ(request.headers.at("webhook-signature"), "v1,abc");
}

TEST(WebhookClientTest, TellsStatusAndRetryAfter) {
  WebhookReceiver receiver;
  receiver.AnswerNext(
      {.status = 503, .headers = {{"Retry-After", "7"}}, .body = "busy"});
  WebhookClient client({.targets = kLocal, .ca_file = ""});
  const WebhookAnswer answer = Exchange(&client, PostTo(receiver.url()));
  EXPECT_EQ(answer.http_status, 503);
  EXPECT_EQ(answer.retry_after, "7");
}

// A receiver could send the suite on to where nobody checked the address.
TEST(WebhookClientTest, ARedirectIsNotFollowed) {
  WebhookReceiver other;
  WebhookReceiver receiver;
  receiver.AnswerNext({.status = 307, .headers = {{"Location", other.url()}}});
  WebhookClient client({.targets = kLocal, .ca_file = ""});
  EXPECT_EQ(Exchange(&client, PostTo(receiver.url())).http_status, 307);
  EXPECT_THAT(other.requests(), IsEmpty());
}

// A name that passed the check when the contact was added can lead anywhere by
// the time of sending.
TEST(WebhookClientTest, ANameThatLeadsToAPrivateAddressIsRefused) {
  WebhookReceiver receiver;
  WebhookClient client({.targets = {.allow_http = true}, .ca_file = ""});
  const WebhookAnswer answer = Exchange(
      &client,
      PostTo(absl::StrCat("http://localhost:", receiver.port(), "/hook")));
  EXPECT_EQ(answer.http_status, 0);
  EXPECT_EQ(answer.error, "the address is not allowed");
  EXPECT_THAT(receiver.requests(), IsEmpty());
}

TEST(WebhookClientTest, PlainHttpIsRefusedUnlessAllowed) {
  WebhookReceiver receiver;
  WebhookClient client({.targets = {.allow_private = true}, .ca_file = ""});
  EXPECT_EQ(Exchange(&client, PostTo(receiver.url())).http_status, 0);
  EXPECT_THAT(receiver.requests(), IsEmpty());
}

// A proxy from the environment would be connected to unchecked, and would learn
// of every alert.
TEST(WebhookClientTest, TheEnvironmentsProxyIsNotUsed) {
  WebhookReceiver proxy;
  WebhookReceiver receiver;
  setenv("http_proxy", absl::StrCat("127.0.0.1:", proxy.port()).c_str(), 1);
  WebhookClient client({.targets = kLocal, .ca_file = ""});
  EXPECT_EQ(Exchange(&client, PostTo(receiver.url())).http_status, 200);
  unsetenv("http_proxy");
  EXPECT_THAT(proxy.requests(), IsEmpty());
}

TEST(WebhookClientTest, NoAnswerIsAnErrorWithoutTheAddress) {
  int port = 0;
  {
    WebhookReceiver gone;
    port = gone.port();
  }
  WebhookClient client({.targets = kLocal, .ca_file = ""});
  const WebhookAnswer answer = Exchange(
      &client, PostTo(absl::StrCat("http://127.0.0.1:", port, "/t0ken")));
  EXPECT_EQ(answer.http_status, 0);
  EXPECT_NE(answer.error, "");
  EXPECT_FALSE(absl::StrContains(answer.error, "127.0.0.1"));
  EXPECT_FALSE(absl::StrContains(answer.error, "t0ken"));
}

TEST(WebhookClientTest, AHungUpConnectionIsNoAnswer) {
  WebhookReceiver receiver;
  receiver.AnswerAlways({.hang_up = true});
  WebhookClient client({.targets = kLocal, .ca_file = ""});
  const WebhookAnswer answer = Exchange(&client, PostTo(receiver.url()));
  EXPECT_EQ(answer.http_status, 0);
  EXPECT_NE(answer.error, "");
}

// A receiver that pours out data would fill our memory or hold us up.
TEST(WebhookClientTest, OfAHugeAnswerOnlyTheStatusCounts) {
  WebhookReceiver receiver;
  receiver.AnswerNext({.status = 200,
                       .headers = {},
                       .body = std::string(10 * kMaxAnswerBytes, 'x')});
  WebhookClient client({.targets = kLocal, .ca_file = ""});
  EXPECT_EQ(Exchange(&client, PostTo(receiver.url())).http_status, 200);
}

TEST(WebhookClientTest, ManyAtOnceAllArrive) {
  WebhookReceiver receiver;
  WebhookClient client({.targets = kLocal, .ca_file = ""});
  for (int i = 0; i < 50; ++i) {
    WebhookPost post = PostTo(receiver.url());
    post.id = absl::StrCat("d", i);
    client.Start(std::move(post));
  }
  std::size_t answered = 0;
  while (client.under_way() > 0) {
    answered += client.Wait(absl::Seconds(1)).size();
  }
  EXPECT_EQ(answered, 50u);
  EXPECT_THAT(receiver.requests(), SizeIs(50));
}

}  // namespace
}  // namespace lagesbild::notifications
