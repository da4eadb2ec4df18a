#include "lib/api/time.h"
#include "services/notifications/notifications_fixture.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;
using ::lagesbild::testing::WebhookReceiver;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Stub = v1::AgencyNotifications::Stub;

class ReadsTest : public NotificationsFixture {
 protected:
  template <typename Request>
  static Request InRegion() {
    Request request;
    request.set_parent(kParent);
    return request;
  }
  template <typename Request>
  static Request Named(const std::string& rest) {
    Request request;
    request.set_name(absl::StrCat(kParent, "/", rest));
    return request;
  }

  // Now, and an hour later.
  std::string PassAnHour() {
    std::string then = api::FormatTime(clock_.Now());
    clock_.Advance(absl::Hours(1));
    return then;
  }

  template <typename Request, typename Response>
  void ExpectRefusesNonsense(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                          const Request&,
                                                          Response*),
                             Request request) {
    const auto invalid =
        ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField);
    request.mutable_as_of()->set_recorded_time("last Monday");
    EXPECT_THAT(Call(method, Office(), request), invalid);
    request.mutable_as_of()->Clear();
    request.mutable_as_of()->set_valid_date("2023-12-31");
    EXPECT_THAT(Call(method, Office(), request), invalid);
  }
};

// A report of last Monday would show what was delivered since.
TEST_F(ReadsTest, DeliveriesAreListedAndCountedAsOfThePast) {
  WebhookReceiver receiver;
  Start();
  ASSERT_THAT(CreateContact("c", receiver.url()), IsOk());
  ASSERT_THAT(Subscribe("s", "c"), IsOk());
  gaps_->Put(GapOf("s1"));
  ASSERT_TRUE(AllDelivered(1));
  auto request = InRegion<v1::ListDeliveriesRequest>();
  request.mutable_as_of()->set_recorded_time(PassAnHour());
  gaps_->Put(GapOf("s2"));
  ASSERT_TRUE(AllDelivered(2));
  ASSERT_OK_AND_ASSIGN(const auto past,
                       Call(&Stub::ListDeliveries, Office(), request));
  EXPECT_THAT(past.deliveries(), SizeIs(1));
  EXPECT_EQ(past.delivered(), 1);
  EXPECT_EQ(past.pending(), 0);
  ExpectRefusesNonsense(&Stub::ListDeliveries,
                        InRegion<v1::ListDeliveriesRequest>());
}

// Who was to be told last Monday would be answered with who is now.
TEST_F(ReadsTest, ContactsAndSubscriptionsAnswerAsOfThePast) {
  Start();
  ASSERT_THAT(CreateContact("c1", "https://example.se/"), IsOk());
  ASSERT_THAT(Subscribe("s1", "c1"), IsOk());
  const std::string then = PassAnHour();
  ASSERT_THAT(CreateContact("c2", "https://example.se/"), IsOk());
  ASSERT_THAT(Subscribe("s2", "c2"), IsOk());
  auto contacts = InRegion<v1::ListContactsRequest>();
  contacts.mutable_as_of()->set_recorded_time(then);
  ASSERT_OK_AND_ASSIGN(const auto past,
                       Call(&Stub::ListContacts, Office(), contacts));
  EXPECT_THAT(past.contacts(), SizeIs(1));
  auto subscriptions = InRegion<v1::ListSubscriptionsRequest>();
  subscriptions.mutable_as_of()->set_recorded_time(then);
  ASSERT_OK_AND_ASSIGN(const auto listed,
                       Call(&Stub::ListSubscriptions, Town(), subscriptions));
  EXPECT_THAT(listed.subscriptions(), SizeIs(1));
  auto contact = Named<v1::GetContactRequest>("contacts/c2");
  EXPECT_THAT(Call(&Stub::GetContact, Office(), contact), IsOk());
  contact.mutable_as_of()->set_recorded_time(then);
  EXPECT_THAT(Call(&Stub::GetContact, Office(), contact),
              StatusIs(absl::StatusCode::kNotFound));
  auto got = Named<v1::GetSubscriptionRequest>("subscriptions/s2");
  EXPECT_THAT(Call(&Stub::GetSubscription, Town(), got), IsOk());
  got.mutable_as_of()->set_recorded_time(then);
  EXPECT_THAT(Call(&Stub::GetSubscription, Town(), got),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ReadsTest, AnAlertIsShownAsItWas) {
  Start();
  gaps_->Put(GapOf("s1"));
  v1::GetAlertRequest request;
  request.set_name(Alerts().alerts(0).name());
  request.mutable_as_of()->set_recorded_time(PassAnHour());
  gaps_->Remove(GapOf("s1").name());
  ASSERT_EQ(Alerts().alerts(0).state(), v1::ALERT_STATE_RESOLVED);
  ASSERT_OK_AND_ASSIGN(const v1::Alert past,
                       Call(&Stub::GetAlert, Office(), request));
  EXPECT_EQ(past.state(), v1::ALERT_STATE_FIRING);
}

TEST_F(ReadsTest, ATimeThatMakesNoSenseIsRefused) {
  Start();
  ExpectRefusesNonsense(&Stub::GetContact,
                        Named<v1::GetContactRequest>("contacts/c"));
  ExpectRefusesNonsense(&Stub::ListContacts,
                        InRegion<v1::ListContactsRequest>());
  ExpectRefusesNonsense(&Stub::GetSubscription,
                        Named<v1::GetSubscriptionRequest>("subscriptions/s"));
  ExpectRefusesNonsense(&Stub::ListSubscriptions,
                        InRegion<v1::ListSubscriptionsRequest>());
  ExpectRefusesNonsense(&Stub::GetAlert,
                        Named<v1::GetAlertRequest>("alerts/a"));
  ExpectRefusesNonsense(&Stub::ListAlerts, InRegion<v1::ListAlertsRequest>());
}

// Every agency would read whom every other one is told by, and what of, and how
// its systems answer.
TEST_F(ReadsTest, SubscriptionsAndDeliveriesAreForTheirAgencyAndTheOffice) {
  WebhookReceiver receiver;
  Start();
  ASSERT_THAT(CreateContact("c", receiver.url(), Town()), IsOk());
  ASSERT_THAT(Subscribe("s", "c"), IsOk());
  ASSERT_THAT(CreateContact("o", receiver.url(), OtherTown()), IsOk());
  ASSERT_THAT(Subscribe("t", "o", {}, {}, OtherTown()), IsOk());
  gaps_->Put(GapOf("s1"));
  ASSERT_TRUE(AllDelivered(2));
  struct Case {
    Caller caller;
    int sees;
    bool sees_s;
  };
  for (const Case& c : {Case{Town(), 1, true}, Case{OtherTown(), 1, false},
                        Case{Office(), 2, true}}) {
    ASSERT_OK_AND_ASSIGN(const auto subscriptions,
                         Call(&Stub::ListSubscriptions, c.caller,
                              InRegion<v1::ListSubscriptionsRequest>()));
    EXPECT_THAT(subscriptions.subscriptions(), SizeIs(c.sees));
    const auto got = Call(&Stub::GetSubscription, c.caller,
                          Named<v1::GetSubscriptionRequest>("subscriptions/s"));
    EXPECT_EQ(got.ok(), c.sees_s);
    EXPECT_TRUE(got.ok() || absl::IsNotFound(got.status()));
    ASSERT_OK_AND_ASSIGN(const auto deliveries,
                         Call(&Stub::ListDeliveries, c.caller,
                              InRegion<v1::ListDeliveriesRequest>()));
    EXPECT_THAT(deliveries.deliveries(), SizeIs(c.sees));
    EXPECT_EQ(deliveries.delivered(), c.sees);
  }
  // Not to any other agency that covers the whole region either.
  Caller police = Office();
  police.set_agency("police");
  police.set_kind(access::v1::AGENCY_KIND_POLICE);
  ASSERT_OK_AND_ASSIGN(const auto none,
                       Call(&Stub::ListDeliveries, police,
                            InRegion<v1::ListDeliveriesRequest>()));
  EXPECT_THAT(none.deliveries(), IsEmpty());
}

// An alert that is resolved while the pages are turned would be FIRING in none
// of the listing's counts, or in two.
TEST_F(ReadsTest, PagesAreOfOneVersion) {
  Start();
  for (const char* id : {"s1", "s2", "s3"}) gaps_->Put(GapOf(id));
  const v1::ListAlertsResponse before = Alerts();
  ASSERT_THAT(before.alerts(), SizeIs(3));
  auto request = InRegion<v1::ListAlertsRequest>();
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       Call(&Stub::ListAlerts, Office(), request));
  for (const char* id : {"s1", "s2", "s3"}) gaps_->Remove(GapOf(id).name());
  gaps_->Put(GapOf("s4"));
  ASSERT_EQ(Alerts("state = RESOLVED").alerts_size(), 3);
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto rest,
                       Call(&Stub::ListAlerts, Office(), request));
  ASSERT_THAT(rest.alerts(), SizeIs(1));
  EXPECT_EQ(rest.alerts(0).SerializeAsString(),
            before.alerts(2).SerializeAsString());
  EXPECT_EQ(rest.next_page_token(), "");
}

// A page of one's own would come back short, or not at all.
TEST_F(ReadsTest, PagesLeaveOutWhatIsNotForTheCaller) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/"), IsOk());
  ASSERT_THAT(CreateContact("o", "https://example.se/", OtherTown()), IsOk());
  for (int i = 0; i < 4; ++i) {
    ASSERT_THAT(Subscribe(absl::StrCat("s", i), "c"), IsOk());
    ASSERT_THAT(Subscribe(absl::StrCat("t", i), "o", {}, {}, OtherTown()),
                IsOk());
  }
  auto request = InRegion<v1::ListSubscriptionsRequest>();
  request.set_page_size(3);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       Call(&Stub::ListSubscriptions, OtherTown(), request));
  EXPECT_THAT(first.subscriptions(), SizeIs(3));
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto last,
                       Call(&Stub::ListSubscriptions, OtherTown(), request));
  EXPECT_THAT(last.subscriptions(), SizeIs(1));
  EXPECT_EQ(last.next_page_token(), "");
}

}  // namespace
}  // namespace lagesbild::notifications
