#include "services/notifications/sender.h"

#include <cstdio>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/ledger/memory_ledger.h"
#include "services/notifications/notifications_records.h"
#include "services/notifications/webhook_secret.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/webhook_receiver.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::FakeClock;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::WebhookReceiver;
using ::testing::Each;
using ::testing::SizeIs;

constexpr char kKey[] = "0123456789abcdef0123456789abcdef";

// Keeps what was logged.
class KeepingLogger final : public base::Logger {
 public:
  void Log(base::Severity, absl::string_view event,
           const base::LogFields& fields) override {
    base::MutexLock lock(&mutex_);
    absl::StrAppend(&text_, event, "\n");
    for (const auto& [name, value] : fields) {
      absl::StrAppend(&text_, name, "=", value, "\n");
    }
  }
  std::string text() const {
    base::MutexLock lock(&mutex_);
    return text_;
  }

 private:
  mutable base::Mutex mutex_;
  std::string text_ ABSL_GUARDED_BY(mutex_);
};

using StateView = view::View<NotificationsState>;

// One process: its own view and sender over a shared ledger.
struct Replica {
  Replica(ledger::Ledger* ledger, FakeClock* clock, base::Logger* logger,
          const std::string& holder)
      : view(*StateView::Open(
            ledger,
            [logger] { return std::make_unique<NotificationsState>(logger); },
            clock, &executor, logger)),
        sender(std::make_unique<Sender>(view.get(), ledger, clock, logger,
                                        Options(holder))) {
    sender->Start();
  }

  static SenderOptions Options(const std::string& holder) {
    return {.holder = holder,
            .source = "lagesbild/regions/r",
            .link_base = "https://l.example/",
            .client = {.targets = {.allow_http = true, .allow_private = true},
                       .ca_file = ""},
            .random = [] { return 0.0; }};
  }

  base::ThreadPool executor{1};
  std::unique_ptr<StateView> view;
  std::unique_ptr<Sender> sender;
};

class SenderTest : public ::testing::Test {
 protected:
  SenderTest() : ledger_(ledger::NewMemoryLedger(&clock_, &ids_)) {}

  void AddContact(const std::string& id, const std::string& url) {
    Contact contact;
    contact.id = id;
    contact.webhook_url = url;
    Write({{"contact/" + id, Encode(contact), std::nullopt},
           {"secret/" + id, EncodeSecret(kKey), std::nullopt},
           {"roster", EncodeRoster(id), std::nullopt}});
  }

  Delivery MakeDelivery(const std::string& contact, int n) {
    Delivery delivery;
    delivery.id = absl::StrCat("d-", contact, "-", n);
    delivery.subscription = "sub-" + contact;
    delivery.contact = contact;
    delivery.event.id = absl::StrCat("e", n);
    delivery.event.kind = EventKind::kGapOpened;
    delivery.create_time = clock_.Now();
    delivery.ordinal = n;
    delivery.next_attempt = clock_.Now();
    return delivery;
  }

  void AddDeliveries(const std::string& contact, int count) {
    std::vector<ledger::Write> writes;
    for (int i = 0; i < count; ++i) {
      const Delivery delivery = MakeDelivery(contact, next_++);
      writes.push_back(
          {"delivery/" + delivery.id, Encode(delivery), std::nullopt});
    }
    Write(std::move(writes));
  }

  void Write(std::vector<ledger::Write> writes) {
    ledger::Transaction transaction;
    transaction.writes = std::move(writes);
    ASSERT_THAT(ledger::CommitAndWait(ledger_.get(), std::move(transaction)),
                IsOk());
  }

  Replica* Start(const std::string& holder = "one") {
    replicas_[holder] =
        std::make_unique<Replica>(ledger_.get(), &clock_, &logger_, holder);
    return replicas_[holder].get();
  }

  // What the ledger holds.
  std::vector<Delivery> Stored() {
    std::vector<Delivery> found;
    const auto versions =
        *ledger_->ReadHistory("delivery/", ledger_->ReadHead()->revision);
    for (const ledger::Version& version : versions) {
      found.push_back(*DecodeDelivery(version.key.substr(9), *version.value));
    }
    return found;
  }

  // Waits until the ledger's deliveries are as `holds` wants.
  template <typename Holds>
  bool Eventually(Holds holds) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (absl::Now() < deadline) {
      const ledger::Revision head = ledger_->ReadHead()->revision;
      if (holds(Stored())) return true;
      // Returns at once when something was committed in between.
      (void)ledger_->WaitForHead(head, absl::Milliseconds(20));
    }
    return false;
  }
  bool AllAre(DeliveryState state) {
    return Eventually([&](const std::vector<Delivery>& all) {
      for (const Delivery& delivery : all) {
        if (delivery.state != state) return false;
      }
      return true;
    });
  }
  bool EachTried(std::size_t attempts) {
    return Eventually([&](const std::vector<Delivery>& all) {
      for (const Delivery& delivery : all) {
        if (delivery.attempts.size() < attempts) return false;
      }
      return true;
    });
  }
  bool AnyTried(std::size_t attempts) {
    return Eventually([&](const std::vector<Delivery>& all) {
      for (const Delivery& delivery : all) {
        if (delivery.attempts.size() >= attempts) return true;
      }
      return false;
    });
  }

  void Advance(absl::Duration by) {
    clock_.Advance(by);
    for (auto& [holder, replica] : replicas_) replica->sender->Wake();
  }

  static std::vector<std::string> AcceptedIds(const WebhookReceiver& receiver) {
    std::vector<std::string> ids;
    for (const auto& request : receiver.requests()) {
      if (request.answered == 200) {
        ids.push_back(request.headers.at("webhook-id"));
      }
    }
    return ids;
  }

  FakeClock clock_;
  base::RandomIds ids_;
  KeepingLogger logger_;
  std::unique_ptr<ledger::Ledger> ledger_;
  int next_ = 0;
  std::map<std::string, std::unique_ptr<Replica>> replicas_;
};

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
