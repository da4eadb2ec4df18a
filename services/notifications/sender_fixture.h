#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_SENDER_FIXTURE_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_SENDER_FIXTURE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/ledger/memory_ledger.h"
#include "services/notifications/keeping_logger.h"
#include "services/notifications/notifications_records.h"
#include "services/notifications/sender.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/faulty_ledger.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/webhook_receiver.h"

// For tests: senders over a memory ledger, with deliveries that the test puts
// there.
namespace lagesbild::notifications {

inline constexpr char kKey[] = "0123456789abcdef0123456789abcdef";

using StateView = view::View<NotificationsState>;

// One process: its own view and sender over a shared ledger.
struct Replica {
  Replica(ledger::Ledger* ledger, ::lagesbild::testing::FakeClock* clock,
          base::Logger* logger, const std::string& holder)
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

class SenderFixture : public ::testing::Test {
 protected:
  SenderFixture() : ledger_(ledger::NewMemoryLedger(&clock_, &ids_)) {}

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
                ::lagesbild::testing::IsOk());
  }

  Replica* Start(const std::string& holder = "one") {
    replicas_[holder] =
        std::make_unique<Replica>(&storage_, &clock_, &logger_, holder);
    return replicas_[holder].get();
  }

  // What the ledger holds.
  std::vector<Delivery> Stored() {
    std::vector<Delivery> found;
    const auto versions =
        *ledger_->ReadHistory("delivery/", ledger_->ReadHead()->revision);
    found.reserve(versions.size());
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

  static std::vector<std::string> AcceptedIds(
      const ::lagesbild::testing::WebhookReceiver& receiver) {
    std::vector<std::string> ids;
    for (const auto& request : receiver.requests()) {
      if (request.answered == 200) {
        ids.push_back(request.headers.at("webhook-id"));
      }
    }
    return ids;
  }

  ::lagesbild::testing::FakeClock clock_;
  base::RandomIds ids_;
  KeepingLogger logger_;
  std::unique_ptr<ledger::Ledger> ledger_;
  // What the replicas see of it.
  ::lagesbild::testing::FaultyLedger storage_{ledger_.get()};
  int next_ = 0;
  std::map<std::string, std::unique_ptr<Replica>> replicas_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_SENDER_FIXTURE_H_
