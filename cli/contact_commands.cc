#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/imports.h"
#include "cli/output.h"
#include "cli/request_id.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lib/access/config_file.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace nv = ::lagesbild::notifications::v1;
namespace rv = ::lagesbild::registry::v1;

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
      "'", Printable(text),
      "' is no kind of event; gap-opened, gap-closed, site-opened, "
      "site-ceased, site-proposed, site-contested, site-reopened, "
      "exposure-entered and exposure-left are"));
}

class ContactAddCommand final : public Command {
 public:
  explicit ContactAddCommand(rpc::Commands* program)
      : flags_("lagesbild contact add",
               "Adds a contact with a webhook, and what it is told of. Prints "
               "the signing secret, this once.") {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    request_id_.AddTo(&flags_);
    flags_.Add("id", "the contact's id; empty: one is given", &id_);
    flags_.Add("title", "a function, not a person: District on duty", &title_);
    flags_.Add("webhook", "where events are posted", &webhook_);
    flags_.Add("secret-file", "file with the whsec_ secret; empty: one is made",
               &secret_file_);
    flags_.Add("language", "sv or en", &language_);
    flags_.Add("event", "kind of event; several times; default: all", "",
               [this](const std::string& text) -> absl::Status {
                 LB_ASSIGN_OR_RETURN(const nv::EventKind kind, ParseKind(text));
                 kinds_.push_back(kind);
                 return absl::OkStatus();
               });
    flags_.Add("area", "municipality code; several times; default: the region",
               &areas_);
    flags_.Require("webhook");
    program->Add("contact add", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::StatusOr<nv::CreateContactRequest> ContactRequest(
      const std::string& parent) {
    nv::CreateContactRequest request;
    request.set_parent(parent);
    request.set_contact_id(id_);
    request.set_request_id(request_id_.value());
    nv::Contact* contact = request.mutable_contact();
    contact->set_display_name(title_);
    contact->set_language(language_);
    contact->set_webhook_url(webhook_);
    if (secret_file_.empty()) return request;
    LB_ASSIGN_OR_RETURN(
        const std::string secret,
        access::ReadSmallFile(secret_file_, kMaxSecretFileBytes));
    contact->set_webhook_secret(
        std::string(absl::StripAsciiWhitespace(secret)));
    return request;
  }

  nv::CreateSubscriptionRequest SubscriptionRequest(
      const std::string& parent, const std::string& contact) {
    nv::CreateSubscriptionRequest request;
    request.set_parent(parent);
    request.set_request_id(request_id_.value());
    nv::Subscription* subscription = request.mutable_subscription();
    subscription->set_contact(contact);
    for (const nv::EventKind kind : kinds_) subscription->add_kinds(kind);
    for (const std::string& area : areas_) subscription->add_areas(area);
    return request;
  }

  // A subscription to a place that is none would never tell anybody anything.
  absl::Status CheckAreas(Client* client) const {
    if (areas_.empty()) return absl::OkStatus();
    LB_ASSIGN_OR_RETURN(const std::vector<rv::Area> known,
                        Municipalities(client));
    for (const std::string& area : areas_) {
      const auto is_it = [&](const rv::Area& a) { return a.code() == area; };
      if (absl::c_any_of(known, is_it)) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "--area: '", Printable(area), "' is none of the region's ",
          known.size(), " municipalities"));
    }
    return absl::OkStatus();
  }

  // The secret is shown once, so it is printed whatever becomes of the rest.
  void PrintContact(const nv::Contact& contact) const {
    if (format_.json()) {
      std::printf("{\"contact\":%s,\"subscription\":", ToJson(contact).c_str());
    } else {
      std::printf("contact %s\nsecret %s (not shown again)\n",
                  ShortName(contact.name()).c_str(),
                  contact.webhook_secret().c_str());
    }
  }

  void PrintSubscription(const absl::StatusOr<nv::Subscription>& made) const {
    if (format_.json()) {
      std::printf("%s}\n", made.ok() ? ToJson(*made).c_str() : "null");
    } else if (made.ok()) {
      std::printf("subscription %s\n", ShortName(made->name()).c_str());
    }
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(const std::string parent, client.Parent());
    LB_RETURN_IF_ERROR(CheckAreas(&client));
    LB_ASSIGN_OR_RETURN(const auto request, ContactRequest(parent));
    const auto stub = nv::AgencyNotifications::NewStub(client.channel());
    const absl::StatusOr<nv::Contact> contact = client.Call(
        stub.get(), &nv::AgencyNotifications::Stub::CreateContact, request);
    if (!contact.ok()) return request_id_.Explained(contact.status());
    PrintContact(*contact);
    const absl::StatusOr<nv::Subscription> subscription = client.Call(
        stub.get(), &nv::AgencyNotifications::Stub::CreateSubscription,
        SubscriptionRequest(parent, contact->name()));
    PrintSubscription(subscription);
    return request_id_.Explained(subscription.status());
  }

  ClientFlags client_;
  FormatFlag format_;
  RequestIdFlag request_id_;
  rpc::Flags flags_;
  std::string id_;
  std::string title_ = "On duty";
  std::string webhook_;
  std::string secret_file_;
  std::string language_ = "sv";
  std::vector<nv::EventKind> kinds_;
  std::vector<std::string> areas_;
};

}  // namespace

void AddContactCommands(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<ContactAddCommand>(program));
}

}  // namespace lagesbild::cli
