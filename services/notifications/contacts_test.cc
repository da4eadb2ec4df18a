#include "absl/strings/match.h"
#include "services/notifications/notifications_fixture.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;
using ::testing::SizeIs;
using Stub = v1::AgencyNotifications::Stub;

class ContactsTest : public NotificationsFixture {
 protected:
  v1::Contact GetContact(const std::string& id, const Caller& caller) {
    v1::GetContactRequest request;
    request.set_name(absl::StrCat(kParent, "/contacts/", id));
    auto contact = Call(&Stub::GetContact, caller, request);
    EXPECT_THAT(contact, IsOk());
    return contact.value_or(v1::Contact());
  }
};

// Whoever has the secret can send false alerts.
TEST_F(ContactsTest, TheSecretIsToldOnceAndNowhereElse) {
  Start();
  v1::CreateContactRequest request;
  request.set_parent(kParent);
  request.set_contact_id("c");
  request.set_request_id("once");
  request.mutable_contact()->set_display_name("Jour");
  request.mutable_contact()->set_webhook_url("https://example.se/t0ken");
  ASSERT_OK_AND_ASSIGN(const v1::Contact made,
                       Call(&Stub::CreateContact, Town(), request));
  const std::string& secret = made.webhook_secret();
  EXPECT_THAT(ParseSecret(secret), IsOk());
  EXPECT_EQ(GetContact("c", Town()).webhook_secret(), "");
  EXPECT_EQ(GetContact("c", Town()).webhook_url(), "https://example.se/t0ken");
  // Another agency does not even see where it goes.
  EXPECT_EQ(GetContact("c", OtherTown()).webhook_url(), "");
  v1::ListContactsRequest list;
  list.set_parent(kParent);
  ASSERT_OK_AND_ASSIGN(const auto listed,
                       Call(&Stub::ListContacts, Town(), list));
  ASSERT_THAT(listed.contacts(), SizeIs(1));
  EXPECT_EQ(listed.contacts(0).webhook_secret(), "");
  // Who lost the answer asks again with the same request.
  ASSERT_OK_AND_ASSIGN(const v1::Contact again,
                       Call(&Stub::CreateContact, Town(), request));
  EXPECT_EQ(again.webhook_secret(), secret);
  EXPECT_FALSE(absl::StrContains(logger_.text(), secret));
  EXPECT_FALSE(absl::StrContains(logger_.text(), "t0ken"));
}

TEST_F(ContactsTest, AGivenSecretIsTaken) {
  Start();
  v1::CreateContactRequest request;
  request.set_parent(kParent);
  request.mutable_contact()->set_display_name("Jour");
  request.mutable_contact()->set_webhook_url("https://example.se/");
  request.mutable_contact()->set_webhook_secret(
      FormatSecret(std::string(24, 'k')));
  ASSERT_OK_AND_ASSIGN(const v1::Contact made,
                       Call(&Stub::CreateContact, Town(), request));
  EXPECT_EQ(made.webhook_secret(), request.contact().webhook_secret());
  EXPECT_EQ(made.language(), "sv");
  EXPECT_EQ(made.agency(), "town");
}

TEST_F(ContactsTest, ValidateOnlyWritesNothingAndTellsNoSecret) {
  Start();
  v1::CreateContactRequest request;
  request.set_parent(kParent);
  request.set_contact_id("c");
  request.set_validate_only(true);
  request.mutable_contact()->set_display_name("Jour");
  request.mutable_contact()->set_webhook_url("https://example.se/");
  ASSERT_OK_AND_ASSIGN(const v1::Contact checked,
                       Call(&Stub::CreateContact, Town(), request));
  EXPECT_EQ(checked.webhook_secret(), "");
  v1::GetContactRequest get;
  get.set_name("regions/r/contacts/c");
  EXPECT_THAT(Call(&Stub::GetContact, Town(), get),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ContactsTest, BadContactsAreRefusedByField) {
  Start();
  const auto refused = [&](auto change) {
    v1::CreateContactRequest request;
    request.set_parent(kParent);
    request.mutable_contact()->set_display_name("Jour");
    request.mutable_contact()->set_webhook_url("https://example.se/");
    change(&request);
    const auto made = Call(&Stub::CreateContact, Town(), request);
    const auto detail = base::DetailOf(made.status());
    return detail.violations.empty() ? "" : detail.violations[0].field;
  };
  EXPECT_EQ(refused([](auto* r) { r->set_contact_id("Ö"); }), "contact_id");
  EXPECT_EQ(
      refused([](auto* r) { r->mutable_contact()->set_display_name(""); }),
      "contact.display_name");
  EXPECT_EQ(refused([](auto* r) { r->mutable_contact()->set_language("de"); }),
            "contact.language");
  EXPECT_EQ(refused([](auto* r) {
              r->mutable_contact()->set_webhook_url("ftp://example.se");
            }),
            "contact.webhook_url");
  EXPECT_EQ(refused([](auto* r) {
              r->mutable_contact()->set_webhook_secret("whsec_short");
            }),
            "contact.webhook_secret");
  EXPECT_EQ(refused([](auto* r) { r->set_parent("county/r"); }), "parent");
}

// A municipality could direct another's alerts to itself, or away from it.
TEST_F(ContactsTest, OnlyItsOwnAgencyOrTheOfficeWritesAContact) {
  Start();
  v1::CreateContactRequest request;
  request.set_parent(kParent);
  request.set_contact_id("c");
  request.mutable_contact()->set_agency("town");
  request.mutable_contact()->set_display_name("Jour");
  request.mutable_contact()->set_webhook_url("https://example.se/");
  EXPECT_THAT(Call(&Stub::CreateContact, OtherTown(), request),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
  EXPECT_THAT(Call(&Stub::CreateContact, Office(), request), IsOk());
  EXPECT_THAT(Subscribe("s", "c", {}, {}, OtherTown()),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
  EXPECT_THAT(Subscribe("s", "c", {}, {}, Town()), IsOk());
}

TEST_F(ContactsTest, BadSubscriptionsAreRefused) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/"), IsOk());
  const auto invalid =
      ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField);
  EXPECT_THAT(Subscribe("s", "nobody"), invalid);
  EXPECT_THAT(Subscribe("s", "c", {v1::EVENT_KIND_UNSPECIFIED}), invalid);
  EXPECT_THAT(Subscribe("s", "c", {static_cast<v1::EventKind>(99)}), invalid);
  EXPECT_THAT(Subscribe("s", "c", {}, {"not a code"}), invalid);
  EXPECT_THAT(Subscribe("s", "c"), IsOk());
  EXPECT_THAT(Subscribe("s", "c"), StatusIs(absl::StatusCode::kAlreadyExists));
}

// A filter over what one may not see would tell what it holds, bit by bit.
TEST_F(ContactsTest, AFilterOverHiddenFieldsIsRefused) {
  Start();
  ASSERT_THAT(CreateContact("c", "https://example.se/t0ken"), IsOk());
  v1::ListContactsRequest request;
  request.set_parent(kParent);
  for (const char* filter : {"webhook_url : \"t0ken\"", "webhook_secret:*"}) {
    request.set_filter(filter);
    EXPECT_THAT(
        Call(&Stub::ListContacts, OtherTown(), request),
        ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField))
        << filter;
  }
  request.set_filter("agency = \"town\"");
  ASSERT_OK_AND_ASSIGN(const auto found,
                       Call(&Stub::ListContacts, OtherTown(), request));
  EXPECT_THAT(found.contacts(), SizeIs(1));
}

}  // namespace
}  // namespace lagesbild::notifications
