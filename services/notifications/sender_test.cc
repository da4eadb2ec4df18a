#include <set>

#include "absl/strings/match.h"
#include "services/notifications/sender_fixture.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::WebhookReceiver;
using ::testing::Each;
using ::testing::SizeIs;

class SenderTest : public SenderFixture {};

// Nobody would hear of anything.
TEST_F(SenderTest, DeliversSignedInOrder) {
  WebhookReceiver receiver;
  AddContact("c", receiver.url());
  Start();
  AddDeliveries("c", 20);
  ASSERT_TRUE(AllAre(DeliveryState::kDelivered));
  const auto requests = receiver.requests();
  ASSERT_THAT(requests, SizeIs(20));
  for (int i = 0; i < 20; ++i) {
    const auto& request = requests[i];
    const std::string id = absl::StrCat("d-c-", i);
    EXPECT_EQ(request.headers.at("webhook-id"), id);
    EXPECT_EQ(request.headers.at("webhook-timestamp"),
              absl::StrCat(absl::ToUnixSeconds(clock_.Now())));
    EXPECT_EQ(request.headers.at("webhook-signature"),
              SignWebhook(kKey, id, clock_.Now(), request.body));
  }
}

// A receiver that asks for a moment would get the alert twice under two ids, or
// never.
TEST_F(SenderTest, RetryAfterTwiceThenDeliveredUnderTheSameId) {
  WebhookReceiver receiver;
  for (int i = 0; i < 2; ++i) {
    receiver.AnswerNext({.status = 503, .headers = {{"Retry-After", "1"}}});
  }
  AddContact("c", receiver.url());
  Start();
  AddDeliveries("c", 1);
  for (std::size_t tried = 1; tried <= 2; ++tried) {
    ASSERT_TRUE(EachTried(tried));
    EXPECT_EQ(*Stored()[0].next_attempt, clock_.Now() + absl::Seconds(1));
    Advance(absl::Seconds(1));
  }
  ASSERT_TRUE(AllAre(DeliveryState::kDelivered));
  std::vector<std::string> ids;
  for (const auto& request : receiver.requests()) {
    ids.push_back(request.headers.at("webhook-id"));
  }
  ASSERT_THAT(ids, SizeIs(3));
  EXPECT_THAT(ids, Each(ids[0]));
  EXPECT_EQ(Stored()[0].attempts[0].http_status, 503);
}

TEST_F(SenderTest, GoneDisablesTheContact) {
  WebhookReceiver receiver;
  receiver.AnswerAlways({.status = 410});
  AddContact("c", receiver.url());
  Start();
  AddDeliveries("c", 3);
  ASSERT_TRUE(AllAre(DeliveryState::kDead));
  EXPECT_THAT(receiver.requests(), SizeIs(1));
  const auto contacts =
      *ledger_->ReadHistory("contact/", ledger_->ReadHead()->revision);
  EXPECT_TRUE(DecodeContact("c", *contacts.at(0).value)->disabled);
}

// An hour's outage at the receiver would lose or shuffle an hour of alerts.
TEST_F(SenderTest, AReceiverDownForAnHourGetsEverythingInOrder) {
  int port = 0;
  {
    WebhookReceiver down;
    port = down.port();
  }
  AddContact("c", absl::StrCat("http://127.0.0.1:", port, "/hook"));
  Start();
  AddDeliveries("c", 5);
  // At 0 s, 5 s, 5 min and 35 min only the first of the line is tried.
  std::size_t tried = 1;
  ASSERT_TRUE(AnyTried(tried));
  for (absl::Duration wait :
       {absl::Seconds(5), absl::Minutes(5), absl::Minutes(30)}) {
    Advance(wait);
    ASSERT_TRUE(AnyTried(++tried));
  }
  Advance(absl::Minutes(25));
  AddDeliveries("c", 5);
  WebhookReceiver up(port);
  Advance(absl::Hours(2));
  ASSERT_TRUE(AllAre(DeliveryState::kDelivered));
  const std::vector<std::string> ids = AcceptedIds(up);
  ASSERT_THAT(ids, SizeIs(10));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ids[i], absl::StrCat("d-c-", i));
}

// One broken receiver must not keep the others from hearing.
TEST_F(SenderTest, ASickReceiverHoldsUpNoOther) {
  WebhookReceiver sick;
  sick.AnswerAlways({.status = 500});
  WebhookReceiver well;
  AddContact("s", sick.url());
  AddContact("w", well.url());
  Start();
  AddDeliveries("s", 3);
  AddDeliveries("w", 3);
  ASSERT_TRUE(Eventually([](const std::vector<Delivery>& all) {
    for (const Delivery& delivery : all) {
      if (delivery.contact == "w" &&
          delivery.state != DeliveryState::kDelivered) {
        return false;
      }
    }
    return true;
  }));
  EXPECT_THAT(well.requests(), SizeIs(3));
}

TEST_F(SenderTest, AnEventThatIsRefusedHoldsUpNoOther) {
  WebhookReceiver receiver;
  receiver.AnswerNext({.status = 422});
  AddContact("c", receiver.url());
  Start();
  AddDeliveries("c", 3);
  ASSERT_TRUE(Eventually([](const std::vector<Delivery>& all) {
    int delivered = 0;
    for (const Delivery& delivery : all) {
      delivered += delivery.state == DeliveryState::kDelivered ? 1 : 0;
    }
    return delivered == 2;
  }));
  Advance(absl::Seconds(5));
  EXPECT_TRUE(AllAre(DeliveryState::kDelivered));
}

// Two replicas that both send would double every alert.
TEST_F(SenderTest, TwoReplicasSendEachOnce) {
  WebhookReceiver receiver;
  AddContact("c", receiver.url());
  AddContact("d", receiver.url());
  Start("one");
  Start("two");
  AddDeliveries("c", 50);
  AddDeliveries("d", 50);
  ASSERT_TRUE(AllAre(DeliveryState::kDelivered));
  const std::vector<std::string> ids = AcceptedIds(receiver);
  EXPECT_THAT(ids, SizeIs(100));
  EXPECT_THAT(std::set<std::string>(ids.begin(), ids.end()), SizeIs(100));
}

// With the sending replica gone nobody would send any more.
TEST_F(SenderTest, WhenOneReplicaGoesTheOtherTakesOver) {
  WebhookReceiver receiver;
  AddContact("c", receiver.url());
  Start("one");
  AddDeliveries("c", 10);
  ASSERT_TRUE(AllAre(DeliveryState::kDelivered));
  Start("two");
  replicas_.erase("one");
  AddDeliveries("c", 10);
  // The next beat finds the lease free.
  Advance(kSenderLeaseTtl / 4);
  ASSERT_TRUE(AllAre(DeliveryState::kDelivered));
  EXPECT_THAT(AcceptedIds(receiver), SizeIs(20));
}

// A restart must neither lose what waits nor send what arrived.
TEST_F(SenderTest, ARestartGoesOnWhereItWas) {
  WebhookReceiver receiver;
  receiver.AnswerNext({});
  receiver.AnswerNext({.status = 500});
  AddContact("c", receiver.url());
  Start("one");
  AddDeliveries("c", 3);
  ASSERT_TRUE(Eventually([](const std::vector<Delivery>& all) {
    return all[1].attempts.size() == 1;
  }));
  replicas_.erase("one");
  Start("two");
  Advance(absl::Seconds(5));
  ASSERT_TRUE(AllAre(DeliveryState::kDelivered));
  EXPECT_THAT(AcceptedIds(receiver),
              ::testing::ElementsAre("d-c-0", "d-c-1", "d-c-2"));
}

// Storage that is away for a moment would have every receiver told again.
TEST_F(SenderTest, WhatWasAnsweredWhileStorageWasAwayIsNotSentAgain) {
  WebhookReceiver receiver;
  receiver.OnRequest(
      [this] { storage_.Fail(absl::UnavailableError("the disk is away")); });
  AddContact("c", receiver.url());
  Start();
  AddDeliveries("c", 1);
  ASSERT_TRUE(receiver.WaitForRequests(1));
  const int failures = storage_.failures();
  ASSERT_TRUE(Eventually([&](const std::vector<Delivery>&) {
    return storage_.failures() > failures + 1;
  }));
  storage_.Fail(absl::OkStatus());
  Advance(absl::Seconds(1));
  ASSERT_TRUE(AllAre(DeliveryState::kDelivered));
  EXPECT_THAT(receiver.requests(), SizeIs(1));
}

// A log is read by many; whoever has the key can send false alerts.
TEST_F(SenderTest, NoSecretAndNoAddressIsLogged) {
  WebhookReceiver receiver;
  receiver.AnswerNext({.status = 500});
  AddContact("c", receiver.url() + "?token=t0ken");
  AddContact("d", "http://127.0.0.1:1/t0ken");
  Start();
  AddDeliveries("c", 1);
  AddDeliveries("d", 1);
  ASSERT_TRUE(EachTried(1));
  const std::string log = logger_.text();
  EXPECT_TRUE(absl::StrContains(log, "webhook attempted"));
  EXPECT_FALSE(absl::StrContains(log, kKey));
  EXPECT_FALSE(absl::StrContains(log, "t0ken"));
  for (const Delivery& delivery : Stored()) {
    EXPECT_FALSE(absl::StrContains(delivery.attempts[0].error, "t0ken"));
  }
}

}  // namespace
}  // namespace lagesbild::notifications
