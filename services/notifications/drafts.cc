#include "services/notifications/drafts.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "lib/api/field_mask.h"
#include "lib/api/names.h"
#include "lib/api/text.h"
#include "lib/base/status.h"
#include "services/notifications/notifications_access.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::notifications {
namespace {

constexpr char kDefaultLanguage[] = "sv";

absl::StatusOr<std::string> ReadLanguage(const std::string& language) {
  if (language.empty()) return std::string(kDefaultLanguage);
  if (language == "sv" || language == "en") return language;
  return base::InvalidField("contact.language", "must be sv or en");
}

absl::StatusOr<std::string> ReadKey(const std::string& secret) {
  return secret.empty() ? MintSecret() : ParseSecret(secret);
}

constexpr const char* kSettable[] = {"disabled", "display_name", "language",
                                     "webhook_secret", "webhook_url"};

bool IsSettable(const std::string& path) {
  return absl::c_linear_search(kSettable, path);
}

// As in AIP-134; what cannot be set is passed over unless it is named.
absl::StatusOr<std::set<std::string>> FieldsToSet(
    const v1::UpdateContactRequest& request) {
  const google::protobuf::FieldMask& mask = request.update_mask();
  LB_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                      api::UpdatePaths(mask, request.contact()));
  const bool whole = mask.paths_size() == 1 && mask.paths(0) == "*";
  std::set<std::string> fields;
  for (const std::string& path : paths) {
    if (IsSettable(path)) {
      fields.insert(path);
    } else if (mask.paths_size() > 0 && !whole) {
      return base::InvalidField("update_mask",
                                absl::StrCat(path, " cannot be set"));
    }
  }
  // It is never shown, so whoever writes back what was read does not have it.
  if (whole && request.contact().webhook_secret().empty()) {
    fields.erase("webhook_secret");
  }
  return fields;
}

absl::Status CheckAreaCode(const std::string& code, int row) {
  const bool fits = !code.empty() && code.size() <= kMaxAreaCodeBytes &&
                    absl::c_all_of(code, [](char c) {
                      return absl::ascii_isalnum(c) || c == '-' || c == '_';
                    });
  if (fits) return absl::OkStatus();
  return base::InvalidField(absl::StrCat("subscription.areas[", row, "]"),
                            "is no area's code");
}

absl::StatusOr<std::vector<EventKind>> ReadKinds(
    const v1::Subscription& subscription) {
  std::vector<EventKind> kinds;
  for (int i = 0; i < subscription.kinds_size(); ++i) {
    const int kind = subscription.kinds(i);
    if (!v1::EventKind_IsValid(kind) || kind == v1::EVENT_KIND_UNSPECIFIED) {
      return base::InvalidField(absl::StrCat("subscription.kinds[", i, "]"),
                                "is no kind of event");
    }
    kinds.push_back(static_cast<EventKind>(kind));
  }
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  return kinds;
}

absl::StatusOr<std::vector<std::string>> ReadAreas(
    const v1::Subscription& subscription) {
  if (subscription.areas_size() > kMaxAreas) {
    return base::InvalidField("subscription.areas",
                              absl::StrCat("are more than ", kMaxAreas));
  }
  std::vector<std::string> areas;
  for (int i = 0; i < subscription.areas_size(); ++i) {
    LB_RETURN_IF_ERROR(CheckAreaCode(subscription.areas(i), i));
    areas.push_back(subscription.areas(i));
  }
  std::sort(areas.begin(), areas.end());
  areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
  return areas;
}

}  // namespace

absl::StatusOr<ContactDraft> ReadContact(const v1::Contact& contact,
                                         const access::v1::Caller& caller,
                                         const TargetPolicy& targets,
                                         absl::Time now) {
  ContactDraft draft;
  draft.contact.agency =
      contact.agency().empty() ? caller.agency() : contact.agency();
  LB_RETURN_IF_ERROR(CheckMayActFor(caller, draft.contact.agency));
  LB_RETURN_IF_ERROR(api::CheckId(draft.contact.agency, "contact.agency"));
  LB_RETURN_IF_ERROR(api::CheckText("contact.display_name",
                                    contact.display_name(), api::kDisplayName));
  draft.contact.display_name = contact.display_name();
  LB_ASSIGN_OR_RETURN(draft.contact.language, ReadLanguage(contact.language()));
  LB_RETURN_IF_ERROR(CheckUrl(contact.webhook_url(), targets));
  draft.contact.webhook_url = contact.webhook_url();
  LB_ASSIGN_OR_RETURN(draft.key, ReadKey(contact.webhook_secret()));
  draft.contact.create_time = now;
  return draft;
}

absl::StatusOr<ContactUpdate> ReadContactUpdate(
    const v1::UpdateContactRequest& request, const Presenter& presenter,
    const TargetPolicy& targets) {
  const v1::Contact& contact = request.contact();
  ContactUpdate update;
  LB_ASSIGN_OR_RETURN(update.id, presenter.IdIn(kContactPattern, contact.name(),
                                                "contact.name"));
  update.etag = contact.etag();
  LB_ASSIGN_OR_RETURN(update.fields, FieldsToSet(request));
  if (update.fields.count("display_name") > 0) {
    LB_RETURN_IF_ERROR(api::CheckText(
        "contact.display_name", contact.display_name(), api::kDisplayName));
  }
  if (update.fields.count("webhook_url") > 0) {
    LB_RETURN_IF_ERROR(CheckUrl(contact.webhook_url(), targets));
  }
  if (update.fields.count("webhook_secret") > 0) {
    LB_ASSIGN_OR_RETURN(update.key, ParseSecret(contact.webhook_secret()));
  }
  LB_ASSIGN_OR_RETURN(update.values.language, ReadLanguage(contact.language()));
  update.values.display_name = contact.display_name();
  update.values.webhook_url = contact.webhook_url();
  update.values.disabled = contact.disabled();
  return update;
}

Contact Updated(const Contact& contact, const ContactUpdate& update) {
  const auto sets = [&](const char* field) {
    return update.fields.count(field) > 0;
  };
  Contact next = contact;
  if (sets("display_name")) next.display_name = update.values.display_name;
  if (sets("language")) next.language = update.values.language;
  if (sets("webhook_url")) next.webhook_url = update.values.webhook_url;
  if (sets("disabled")) next.disabled = update.values.disabled;
  return next;
}

absl::StatusOr<Subscription> ReadSubscription(
    const v1::Subscription& subscription, const Presenter& presenter,
    absl::Time now) {
  Subscription draft;
  LB_ASSIGN_OR_RETURN(draft.contact,
                      presenter.IdIn(kContactPattern, subscription.contact(),
                                     "subscription.contact"));
  LB_ASSIGN_OR_RETURN(draft.kinds, ReadKinds(subscription));
  LB_ASSIGN_OR_RETURN(draft.areas, ReadAreas(subscription));
  draft.create_time = now;
  return draft;
}

}  // namespace lagesbild::notifications
