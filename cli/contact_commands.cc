#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lib/access/config_file.h"
#include "lib/base/ids.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace nv = ::lagesbild::notifications::v1;

constexpr size_t kMaxSecretFileBytes = 1024;

// "gap-opened" → EVENT_KIND_GAP_OPENED.
absl::StatusOr<nv::EventKind> ParseKind(const std::string& text) {
  std::string name = absl::AsciiStrToUpper(text);
  for (char& c : name) c = c == '-' ? '_' : c;
  nv::EventKind kind;
  if (nv::EventKind_Parse(absl::StrCat("EVENT_KIND_", name), &kind) &&
      kind != nv::EVENT_KIND_UNSPECIFIED) {
    return kind;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--event: '", Printable(text),
      "' is no kind of event; gap-opened, gap-closed, site-opened, "
      "site-ceased, "
      "site-proposed, site-contested, site-reopened, exposure-entered and "
      "exposure-left are"));
}

class ContactAddCommand final : public Command {
 public:
  explicit ContactAddCommand(rpc::Commands* program)
      : flags_("lagesbild contact add",
               "Adds a contact with a webhook, and what it is told of. Prints "
               "the signing secret, this once.") {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    flags_.Add("id", "the contact's id; empty: one is given", &id_);
    flags_.Add("title", "a function, not a person: District on duty", &title_);
    flags_.Add("webhook", "where events are posted", &webhook_);
    flags_.Add("secret-file", "file with the whsec_ secret; empty: one is made",
               &secret_file_);
    flags_.Add("language", "sv or en", &language_);
    flags_.Add("event", "kind of event; several times; default: all", &events_);
    flags_.Add("area", "municipality code; several times; default: the region",
               &areas_);
    flags_.Require("webhook");
    program->Add("contact add", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::StatusOr<nv::Contact> CreateContact(Client* client,
                                            nv::AgencyNotifications::Stub* stub,
                                            const std::string& parent) const {
    nv::CreateContactRequest request;
    request.set_parent(parent);
    request.set_contact_id(id_);
    request.set_request_id(base::RandomIds().NewId());
    nv::Contact* contact = request.mutable_contact();
    contact->set_display_name(title_);
    contact->set_language(language_);
    contact->set_webhook_url(webhook_);
    if (!secret_file_.empty()) {
      LB_ASSIGN_OR_RETURN(
          const std::string secret,
          access::ReadSmallFile(secret_file_, kMaxSecretFileBytes));
      contact->set_webhook_secret(
          std::string(absl::StripAsciiWhitespace(secret)));
    }
    return client->Call(stub, &nv::AgencyNotifications::Stub::CreateContact,
                        request);
  }

  absl::StatusOr<nv::Subscription> Subscribe(
      Client* client, nv::AgencyNotifications::Stub* stub,
      const std::string& parent, const std::string& contact) const {
    nv::CreateSubscriptionRequest request;
    request.set_parent(parent);
    request.set_request_id(base::RandomIds().NewId());
    nv::Subscription* subscription = request.mutable_subscription();
    subscription->set_contact(contact);
    for (const std::string& event : events_) {
      LB_ASSIGN_OR_RETURN(const nv::EventKind kind, ParseKind(event));
      subscription->add_kinds(kind);
    }
    for (const std::string& area : areas_) subscription->add_areas(area);
    return client->Call(
        stub, &nv::AgencyNotifications::Stub::CreateSubscription, request);
  }

  absl::Status Run() {
    for (const std::string& event : events_) {
      LB_RETURN_IF_ERROR(ParseKind(event).status());
    }
    LB_ASSIGN_OR_RETURN(const Format format, format_.Parse());
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(const std::string parent, client.Parent());
    const auto stub = nv::AgencyNotifications::NewStub(client.channel());
    LB_ASSIGN_OR_RETURN(const nv::Contact contact,
                        CreateContact(&client, stub.get(), parent));
    LB_ASSIGN_OR_RETURN(const nv::Subscription subscription,
                        Subscribe(&client, stub.get(), parent, contact.name()));
    if (format == Format::kJson) {
      std::printf("{\"contact\":%s,\"subscription\":%s}\n",
                  ToJson(contact).c_str(), ToJson(subscription).c_str());
    } else {
      std::printf("contact %s, subscription %s\nsecret %s (not shown again)\n",
                  ShortName(contact.name()).c_str(),
                  ShortName(subscription.name()).c_str(),
                  contact.webhook_secret().c_str());
    }
    return absl::OkStatus();
  }

  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;
  std::string id_;
  std::string title_ = "On duty";
  std::string webhook_;
  std::string secret_file_;
  std::string language_ = "sv";
  std::vector<std::string> events_;
  std::vector<std::string> areas_;
};

}  // namespace

void AddContactCommands(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<ContactAddCommand>(program));
}

}  // namespace lagesbild::cli
