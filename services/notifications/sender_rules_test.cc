#include "services/notifications/sender_rules.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::notifications {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1700000000);
constexpr std::size_t kMany = 100;

class SenderRulesTest : public ::testing::Test {
 protected:
  SenderRulesTest() {
    Contact contact;
    contact.id = "c";
    contact.webhook_url = "https://example.se/hook";
    Put("contact/c", Encode(contact));
    Put("secret/c", EncodeSecret("key"));
    Put("roster", EncodeRoster("c"));
  }

  void Put(const std::string& key, const std::string& bytes) {
    state_.Apply(key, bytes, ++revision_, kNow);
  }

  // The n-th event of a subscription.
  Delivery Add(const std::string& subscription, int n) {
    Delivery delivery;
    delivery.id = absl::StrCat(subscription, n);
    delivery.subscription = subscription;
    delivery.contact = "c";
    delivery.create_time = kNow;
    delivery.ordinal = n;
    delivery.next_attempt = kNow;
    Store(delivery);
    return delivery;
  }
  void Store(const Delivery& delivery) {
    Put("delivery/" + delivery.id, Encode(delivery));
  }

  std::vector<std::string> Due(const TakenById& taken = {},
                               absl::Time now = kNow,
                               std::size_t limit = kMany) {
    std::vector<std::string> ids;
    for (const auto& due : FindDue(state_, taken, now, limit).due) {
      ids.push_back(due.delivery->id);
    }
    return ids;
  }

  Delivery After(const ledger::Transaction& transaction,
                 const std::string& id) {
    for (const ledger::Write& write : transaction.writes) {
      if (write.key == "delivery/" + id) {
        return *DecodeDelivery(id, *write.value);
      }
    }
    ADD_FAILURE() << "no write for " << id;
    return {};
  }

  base::NullLogger logger_;
  NotificationsState state_{&logger_};
  ledger::Revision revision_ = 0;
};

// Somebody would read that a gap closed before that it opened.
TEST_F(SenderRulesTest, OfEachSubscriptionTheFirstOnly) {
  Add("a", 2);
  Add("a", 1);
  Add("b", 3);
  EXPECT_THAT(Due(), ElementsAre("a1", "b3"));
  EXPECT_THAT(Due({{"a1", Taken::kUnderWay}}), ElementsAre("b3"));
  EXPECT_THAT(Due({{"a1", Taken::kAccepted}}), ElementsAre("a2", "b3"));
}

TEST_F(SenderRulesTest, WhileTheFirstWaitsTheOthersDoToo) {
  Delivery first = Add("a", 1);
  Add("a", 2);
  first.next_attempt = kNow + absl::Minutes(5);
  Store(first);
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_EQ(FindDue(state_, {}, kNow, kMany).next, kNow + absl::Minutes(5));
  EXPECT_THAT(Due({}, kNow + absl::Minutes(5)), ElementsAre("a1"));
}

TEST_F(SenderRulesTest, WhatStepsAsideHoldsUpNone) {
  Delivery first = Add("a", 1);
  Add("a", 2);
  first.aside = true;
  first.next_attempt = kNow + absl::Minutes(5);
  Store(first);
  EXPECT_THAT(Due(), ElementsAre("a2"));
  EXPECT_THAT(Due({}, kNow + absl::Minutes(5)), ElementsAre("a2", "a1"));
}

TEST_F(SenderRulesTest, NoMoreThanTheLimit) {
  for (int i = 0; i < 9; ++i) Add(absl::StrCat("s", i), 1);
  EXPECT_THAT(Due({}, kNow, 4), SizeIs(4));
}

TEST_F(SenderRulesTest, DeliveredAndDeadAreNotDue) {
  Delivery one = Add("a", 1);
  one.state = DeliveryState::kDelivered;
  Store(one);
  Delivery two = Add("b", 1);
  Store(GivenUp(two));
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_F(SenderRulesTest, ItCarriesTheContactsAddressAndKey) {
  Add("a", 1);
  const DueNow found = FindDue(state_, {}, kNow, kMany);
  EXPECT_EQ(found.due.at(0).url, "https://example.se/hook");
  EXPECT_EQ(found.due.at(0).secret, "key");
}

// A crash between answer and record must not count an attempt twice.
TEST_F(SenderRulesTest, AnAttemptIsRecordedOnce) {
  Add("a", 1);
  const MadeById made = {{"a1",
                          {.attempt = 0,
                           .outcome = {500, "", std::nullopt},
                           .time = kNow,
                           .random = 0}}};
  const ledger::Transaction first = RecordAttempts(state_, made);
  ASSERT_THAT(first.writes, SizeIs(1));
  EXPECT_EQ(first.writes[0].expected, revision_);
  Put("delivery/a1", *first.writes[0].value);
  EXPECT_THAT(RecordAttempts(state_, made).writes, IsEmpty());
  EXPECT_THAT(RecordAttempts(state_, {{"gone", {}}}).writes, IsEmpty());
}

// A receiver that said it is gone would be called for three days.
TEST_F(SenderRulesTest, GoneDisablesTheContactAndGivesUpTheRest) {
  Add("a", 1);
  Add("a", 2);
  Add("b", 1);
  Delivery delivered = Add("b", 2);
  delivered.state = DeliveryState::kDelivered;
  Store(delivered);
  const ledger::Transaction transaction =
      RecordAttempts(state_, {{"a1", {0, {410, "", std::nullopt}, kNow, 0}},
                              {"b1", {0, {200, "", std::nullopt}, kNow, 0}}});
  EXPECT_EQ(After(transaction, "a1").state, DeliveryState::kDead);
  EXPECT_THAT(After(transaction, "a1").attempts, SizeIs(1));
  EXPECT_EQ(After(transaction, "a2").state, DeliveryState::kDead);
  EXPECT_THAT(After(transaction, "a2").attempts, IsEmpty());
  EXPECT_EQ(After(transaction, "b1").state, DeliveryState::kDelivered);
  // Contact, roster and three deliveries.
  ASSERT_THAT(transaction.writes, SizeIs(5));
  EXPECT_TRUE(DecodeContact("c", *transaction.writes.at(0).value)->disabled);
  EXPECT_EQ(transaction.writes.at(1).key, "roster");
  EXPECT_EQ(transaction.writes.at(1).expected, 3);
}

}  // namespace
}  // namespace lagesbild::notifications
