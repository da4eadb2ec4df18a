#include "services/notifications/cloud_event.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "nlohmann/json.hpp"

namespace lagesbild::notifications {
namespace {

// RFC 3339 with an offset, as CloudEvents asks for.
std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace

absl::string_view KindName(EventKind kind) {
  switch (kind) {
    case EventKind::kSiteProposed:
      return "SITE_PROPOSED";
    case EventKind::kSiteOpened:
      return "SITE_OPENED";
    case EventKind::kSiteContested:
      return "SITE_CONTESTED";
    case EventKind::kSiteCeased:
      return "SITE_CEASED";
    case EventKind::kSiteReopened:
      return "SITE_REOPENED";
    case EventKind::kExposureEntered:
      return "EXPOSURE_ENTERED";
    case EventKind::kExposureLeft:
      return "EXPOSURE_LEFT";
    case EventKind::kGapOpened:
      return "GAP_OPENED";
    case EventKind::kGapClosed:
      return "GAP_CLOSED";
    case EventKind::kUnspecified:
      break;
  }
  return "UNSPECIFIED";
}

std::string CloudEventType(EventKind kind) {
  const std::string name = absl::AsciiStrToLower(KindName(kind));
  return absl::StrCat("se.lagesbild.", absl::StrReplaceAll(name, {{"_", "."}}),
                      ".v1");
}

std::string CloudEventBody(const Event& event, absl::string_view source,
                           absl::string_view link_base) {
  nlohmann::ordered_json data = {{"name", event.subject},
                                 {"kind", std::string(KindName(event.kind))},
                                 {"display_name", event.display_name},
                                 {"site", event.site}};
  if (!link_base.empty()) data["link"] = absl::StrCat(link_base, event.subject);
  if (event.catch_up) data["catch_up"] = true;
  const nlohmann::ordered_json body = {{"specversion", "1.0"},
                                       {"id", event.id},
                                       {"source", std::string(source)},
                                       {"type", CloudEventType(event.kind)},
                                       {"subject", event.subject},
                                       {"time", TimeText(event.time)},
                                       {"datacontenttype", "application/json"},
                                       {"data", std::move(data)}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace lagesbild::notifications
