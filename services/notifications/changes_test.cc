#include "services/notifications/notifications_fixture.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;
using ::lagesbild::testing::WebhookReceiver;
using ::testing::SizeIs;
using Stub = v1::AgencyNotifications::Stub;

class ChangesTest : public NotificationsFixture {
 protected:
  // An update of contact "c"; the test fills in what.
  static v1::UpdateContactRequest Update(
      const std::vector<std::string>& paths) {
    v1::UpdateContactRequest request;
    request.mutable_contact()->set_name("regions/r/contacts/c");
    for (const std::string& path : paths) {
      request.mutable_update_mask()->add_paths(path);
    }
    return request;
  }
  absl::StatusOr<v1::Contact> Send(const v1::UpdateContactRequest& request,
                                   const Caller& caller = Town()) {
    return Call(&Stub::UpdateContact, caller, request);
  }
  v1::Contact Contact() {
    v1::GetContactRequest request;
    request.set_name("regions/r/contacts/c");
    auto contact = Call(&Stub::GetContact, Town(), request);
    EXPECT_THAT(contact, IsOk());
    return contact.value_or(v1::Contact());
  }

  static v1::DeleteSubscriptionRequest End(const std::string& id) {
    v1::DeleteSubscriptionRequest request;
    request.set_name(absl::StrCat("regions/r/subscriptions/", id));
    return request;
  }
  absl::StatusOr<google::protobuf::Empty> Send(
      const v1::DeleteSubscriptionRequest& request,
      const Caller& caller = Town()) {
    return Call(&Stub::DeleteSubscription, caller, request);
  }
  absl::StatusOr<v1::Subscription> GetSubscription(const std::string& id) {
    v1::GetSubscriptionRequest request;
    request.set_name(absl::StrCat("regions/r/subscriptions/", id));
    return Call(&Stub::GetSubscription, Town(), request);
  }
};

// A receiver that was moved would never hear of anything again.
TEST_F(ChangesTest, AContactWhoseReceiverWasGoneIsEnabledAgain) {
  WebhookReceiver old_place;
  WebhookReceiver new_place;
  old_place.AnswerAlways({.status = 410});
  Start();
  ASSERT_THAT(CreateContact("c", old_place.url()), IsOk());
  ASSERT_THAT(Subscribe("s", "c"), IsOk());
  gaps_->Put(GapOf("s1"));
  ASSERT_TRUE(Eventually([this] { return Contact().disabled(); }));
  auto request = Update({"disabled", "webhook_url"});
  request.mutable_contact()->set_webhook_url(new_place.url());
  ASSERT_OK_AND_ASSIGN(const v1::Contact enabled, Send(request));
  EXPECT_FALSE(enabled.disabled());
  gaps_->Put(GapOf("s2"));
  EXPECT_TRUE(Eventually([this] { return Deliveries().delivered() == 1; }));
  EXPECT_THAT(new_place.requests(), SizeIs(1));
}

// An operator who corrects a title would take away the address.
TEST_F(ChangesTest, OnlyWhatTheMaskNamesChanges) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/old"), IsOk());
  auto request = Update({"display_name"});
  request.mutable_contact()->set_display_name("Beredskap");
  request.mutable_contact()->set_webhook_url("https://example.se/new");
  ASSERT_OK_AND_ASSIGN(const v1::Contact titled, Send(request));
  EXPECT_EQ(titled.display_name(), "Beredskap");
  EXPECT_EQ(titled.webhook_url(), "https://example.se/old");
  EXPECT_EQ(titled.language(), "sv");
  // Without a mask: what is set.
  request.clear_update_mask();
  request.mutable_contact()->clear_display_name();
  ASSERT_OK_AND_ASSIGN(const v1::Contact moved, Send(request));
  EXPECT_EQ(moved.display_name(), "Beredskap");
  EXPECT_EQ(moved.webhook_url(), "https://example.se/new");
  // Everything, as read.
  request = Update({"*"});
  *request.mutable_contact() = moved;
  request.mutable_contact()->set_language("en");
  ASSERT_OK_AND_ASSIGN(const v1::Contact whole, Send(request));
  EXPECT_EQ(whole.language(), "en");
  EXPECT_EQ(whole.agency(), "town");
  EXPECT_EQ(Contact().SerializeAsString(), whole.SerializeAsString());
}

// Whoever once had the secret could sign alerts for ever.
TEST_F(ChangesTest, ANewSecretSignsFromThenOnAndIsNotShown) {
  WebhookReceiver receiver;
  Start();
  ASSERT_THAT(CreateContact("c", receiver.url()), IsOk());
  ASSERT_THAT(Subscribe("s", "c"), IsOk());
  const std::string key(32, 'n');
  auto request = Update({"webhook_secret"});
  request.mutable_contact()->set_webhook_secret(FormatSecret(key));
  ASSERT_OK_AND_ASSIGN(const v1::Contact changed, Send(request));
  EXPECT_EQ(changed.webhook_secret(), "");
  // What was read and is written back whole has no secret: it stays.
  request = Update({"*"});
  *request.mutable_contact() = changed;
  ASSERT_THAT(Send(request), IsOk());
  gaps_->Put(GapOf("s1"));
  ASSERT_TRUE(AllDelivered(1));
  const auto sent = receiver.requests().at(0);
  EXPECT_EQ(
      sent.headers.at("webhook-signature"),
      SignWebhook(key, sent.headers.at("webhook-id"), clock_.Now(), sent.body));
}

TEST_F(ChangesTest, BadUpdatesAreRefusedByField) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/"), IsOk());
  const auto refused = [&](const v1::UpdateContactRequest& request) {
    const auto detail = base::DetailOf(Send(request).status());
    return detail.violations.empty() ? "" : detail.violations[0].field;
  };
  EXPECT_EQ(refused(Update({"nonsense"})), "update_mask");
  EXPECT_EQ(refused(Update({"agency"})), "update_mask");
  EXPECT_EQ(refused(Update({"display_name"})), "contact.display_name");
  EXPECT_EQ(refused(Update({"webhook_url"})), "contact.webhook_url");
  EXPECT_EQ(refused(Update({"webhook_secret"})), "contact.webhook_secret");
  auto request = Update({"language"});
  request.mutable_contact()->set_language("de");
  EXPECT_EQ(refused(request), "contact.language");
  request = Update({"disabled"});
  request.mutable_contact()->set_name("regions/r/contacts/none");
  EXPECT_THAT(Send(request),
              ErrorIs(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

// One agency could silence another.
TEST_F(ChangesTest, OnlyItsOwnAgencyOrTheOfficeChangesAContact) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/"), IsOk());
  auto request = Update({"disabled"});
  request.mutable_contact()->set_disabled(true);
  EXPECT_THAT(Send(request, OtherTown()),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
  EXPECT_FALSE(Contact().disabled());
  EXPECT_THAT(Send(request, Office()), IsOk());
  EXPECT_TRUE(Contact().disabled());
}

// Of two colleagues the slower one would undo what the other did.
TEST_F(ChangesTest, AStaleUpdateIsRefusedARepeatIsAnsweredACheckWritesNothing) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/"), IsOk());
  const v1::Contact before = Contact();
  auto request = Update({"display_name"});
  request.set_validate_only(true);
  request.mutable_contact()->set_etag(before.etag());
  request.mutable_contact()->set_display_name("Beredskap");
  ASSERT_OK_AND_ASSIGN(const v1::Contact checked, Send(request));
  EXPECT_EQ(checked.display_name(), "Beredskap");
  EXPECT_EQ(Contact().display_name(), before.display_name());
  request.set_validate_only(false);
  request.set_request_id("once");
  ASSERT_OK_AND_ASSIGN(const v1::Contact after, Send(request));
  EXPECT_NE(after.etag(), before.etag());
  ASSERT_OK_AND_ASSIGN(const v1::Contact again, Send(request));
  EXPECT_EQ(again.SerializeAsString(), after.SerializeAsString());
  request.clear_request_id();
  EXPECT_THAT(Send(request),
              ErrorIs(absl::StatusCode::kAborted, base::kEtagMismatch));
}

// An agency that wants to hear nothing would go on being called.
TEST_F(ChangesTest, DisablingGivesUpWhatWaits) {
  WebhookReceiver receiver;
  receiver.AnswerAlways({.status = 503});
  Start();
  ASSERT_THAT(CreateContact("c", receiver.url()), IsOk());
  ASSERT_THAT(Subscribe("s", "c"), IsOk());
  gaps_->Put(GapOf("s1"));
  gaps_->Put(GapOf("s2"));
  ASSERT_TRUE(Eventually([this] { return Deliveries().pending() == 2; }));
  auto request = Update({"disabled"});
  request.mutable_contact()->set_disabled(true);
  ASSERT_THAT(Send(request), IsOk());
  EXPECT_EQ(Deliveries().pending(), 0);
  EXPECT_EQ(Deliveries().dead(), 2);
  gaps_->Put(GapOf("s3"));
  EXPECT_THAT(Deliveries().deliveries(), SizeIs(2));
}

// Whoever left a task would be told of it for ever.
TEST_F(ChangesTest, ADeletedSubscriptionIsToldNothingMore) {
  WebhookReceiver receiver;
  receiver.AnswerAlways({.status = 503});
  Start();
  ASSERT_THAT(CreateContact("c", receiver.url()), IsOk());
  ASSERT_THAT(Subscribe("s", "c"), IsOk());
  ASSERT_THAT(Subscribe("t", "c"), IsOk());
  gaps_->Put(GapOf("s1"));
  ASSERT_TRUE(Eventually([this] { return Deliveries().pending() == 2; }));
  ASSERT_THAT(Send(End("s")), IsOk());
  EXPECT_THAT(GetSubscription("s"),
              ErrorIs(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(Deliveries().pending(), 1);
  EXPECT_EQ(Deliveries().dead(), 1);
  gaps_->Put(GapOf("s2"));
  EXPECT_EQ(Deliveries().pending(), 2);
  EXPECT_THAT(Send(End("s")), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ChangesTest, DeletingChecksEtagRepeatsAndChecksOnly) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/"), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Subscription made, Subscribe("s", "c"));
  auto request = End("s");
  request.set_etag("stale");
  EXPECT_THAT(Send(request),
              ErrorIs(absl::StatusCode::kAborted, base::kEtagMismatch));
  request.set_etag(made.etag());
  request.set_validate_only(true);
  EXPECT_THAT(Send(request), IsOk());
  EXPECT_THAT(GetSubscription("s"), IsOk());
  request.set_validate_only(false);
  request.set_request_id("once");
  EXPECT_THAT(Send(request), IsOk());
  EXPECT_THAT(Send(request), IsOk());
  EXPECT_THAT(GetSubscription("s"), StatusIs(absl::StatusCode::kNotFound));
}

// One agency could silence another, or learn what it asks for.
TEST_F(ChangesTest, OnlyItsOwnAgencyOrTheOfficeDeletesASubscription) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/"), IsOk());
  ASSERT_THAT(Subscribe("s", "c"), IsOk());
  const auto hidden = Send(End("s"), OtherTown());
  const auto absent = Send(End("none"), OtherTown());
  EXPECT_THAT(hidden, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(hidden.status().code(), absent.status().code());
  Caller clerk = Office();
  clerk.clear_roles();
  clerk.add_roles(access::v1::ROLE_COORDINATOR);
  EXPECT_THAT(Send(End("s"), clerk),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
  EXPECT_THAT(Send(End("s"), Office()), IsOk());
}

// A form that checks what it is about to send would take the alert.
TEST_F(ChangesTest, AcknowledgingCanBeCheckedOnly) {
  Start();
  gaps_->Put(GapOf("s1"));
  v1::AcknowledgeAlertRequest request;
  request.set_name(Alerts().alerts(0).name());
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const v1::Alert checked,
                       Call(&Stub::AcknowledgeAlert, Town(), request));
  EXPECT_EQ(checked.state(), v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_EQ(Alerts().alerts(0).state(), v1::ALERT_STATE_FIRING);
  EXPECT_THAT(Call(&Stub::AcknowledgeAlert, OtherTown(), request),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
}

// A program could not tell why it was refused.
TEST_F(ChangesTest, RefusalsHaveAReason) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/"), IsOk());
  EXPECT_THAT(CreateContact("c", "https://example.se/"),
              ErrorIs(absl::StatusCode::kAlreadyExists, "RESOURCE_EXISTS"));
  auto request = Update({"disabled"});
  request.mutable_contact()->set_disabled(true);
  ASSERT_THAT(Send(request), IsOk());
  EXPECT_THAT(Subscribe("s", "c"),
              ErrorIs(absl::StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

}  // namespace
}  // namespace lagesbild::notifications
