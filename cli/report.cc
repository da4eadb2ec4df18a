#include "cli/report.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/output.h"
#include "lib/api/time.h"
#include "lib/base/status.h"
#include "nlohmann/json.hpp"

namespace lagesbild::cli {
namespace {

using Json = nlohmann::ordered_json;
using ::lagesbild::interventions::v1::CoverageGap;
using ::lagesbild::picture::v1::Figure;
using ::lagesbild::picture::v1::Picture;

constexpr size_t kGapsShown = 15;

const Figure* Find(const Picture& picture, absl::string_view id) {
  for (const Figure& figure : picture.figures()) {
    if (figure.id() == id) return &figure;
  }
  return nullptr;
}

// A figure that is missing must not pass for 0.
absl::Status CheckFigures(const ReportData& data) {
  std::vector<const char*> needed = {"sites.total", "exposure.sites",
                                     "exposure.pairs"};
  if (data.gaps.unknown.empty()) needed.push_back("gaps.total");
  for (const char* id : needed) {
    if (Find(data.picture, id) != nullptr) continue;
    return absl::InternalError(
        absl::StrCat("the picture does not tell the figure ", id));
  }
  return absl::OkStatus();
}

// After CheckFigures; null for a figure that is not known.
Json ValueOf(const Picture& picture, const std::string& id) {
  const Figure* figure = Find(picture, id);
  return figure == nullptr ? Json() : Json(figure->value());
}

// 500 rather than 500.0.
Json Meters(double meters) {
  const auto whole = static_cast<std::int64_t>(meters);
  return static_cast<double>(whole) == meters ? Json(whole) : Json(meters);
}

Json Groups(const Picture& picture, const std::string& id) {
  Json groups = Json::object();
  for (const Figure& figure : picture.figures()) {
    if (figure.id() == id) groups[figure.group()] = figure.value();
  }
  return groups;
}

std::string AsOf(const Picture& picture) {
  return api::FormatTime(api::FromTimestamp(picture.recorded_time()));
}

// "Label  12  name" for each group that is not empty.
void AppendGroups(const Picture& picture, const std::string& id,
                  std::string* out) {
  for (const Figure& figure : picture.figures()) {
    if (figure.id() != id || figure.value() == 0) continue;
    const std::string name = figure.group_display_name().empty()
                                 ? figure.group()
                                 : absl::StrCat(figure.group_display_name(),
                                                " (", figure.group(), ")");
    absl::StrAppend(out, absl::StrFormat("  %6d  ", figure.value()),
                    Printable(name), "\n");
  }
}

// The value, and under it what it means and where it comes from.
void AppendFigure(const Picture& picture, const std::string& id,
                  const std::string& title, std::string* out) {
  for (const Figure& figure : picture.figures()) {
    if (figure.id() != id) continue;
    absl::StrAppend(out, title, ": ", figure.value(), " ", figure.unit(), "\n",
                    "    ", figure.definition(), "\n");
    if (!figure.caveat().empty()) {
      absl::StrAppend(out, "    NOTE: ", figure.caveat(), "\n");
    }
    absl::StrAppend(out, "    query: ", figure.query(), "\n");
  }
}

std::string GapLine(const CoverageGap& gap) {
  return absl::StrCat("    ", Printable(gap.site_display_name()), ": ",
                      Printable(gap.reason()), " (",
                      Printable(gap.nearest_place_display_name()), ", ",
                      Decimal(gap.nearest_distance_m(), 0), " m)\n");
}

void AppendGaps(const ReportData& data, std::string* out) {
  if (!data.gaps.unknown.empty()) {
    absl::StrAppend(
        out, "Coverage gaps: not known: ", Printable(data.gaps.unknown), "\n");
    return;
  }
  AppendFigure(data.picture, "gaps.total", "Coverage gaps", out);
  AppendGroups(data.picture, "gaps.by_kind", out);
  const std::vector<CoverageGap>& gaps = data.gaps.gaps;
  for (size_t i = 0; i < gaps.size() && i < kGapsShown; ++i) {
    absl::StrAppend(out, GapLine(gaps[i]));
  }
  if (gaps.size() > kGapsShown) {
    absl::StrAppend(out, "    ... and ", gaps.size() - kGapsShown,
                    " more: lagesbild gaps\n");
  }
}

void AppendAlerts(const ReportData& data, std::string* out) {
  const DeliveryCounts& counts = data.deliveries;
  if (!counts.unknown.empty()) {
    absl::StrAppend(out, "Alerts: not known: ", Printable(counts.unknown),
                    "\n");
    return;
  }
  absl::StrAppend(
      out, "Alerts: ", counts.delivered, " delivered, ", counts.pending,
      " pending, ", counts.dead,
      " given up\n    Events for receivers of contacts whose deliveries "
      "you may see; one for each subscription and event.\n    query: "
      "AgencyNotifications.ListDeliveries {parent: \"",
      data.picture.name(), "\", as_of: {recorded_time: \"", AsOf(data.picture),
      "\"}}\n");
}

Json FiguresJson(const Picture& picture) {
  Json figures = Json::array();
  for (const Figure& figure : picture.figures()) {
    figures.push_back({{"id", figure.id()},
                       {"group", figure.group()},
                       {"group_display_name", figure.group_display_name()},
                       {"value", figure.value()},
                       {"unit", figure.unit()},
                       {"definition", figure.definition()},
                       {"layer", figure.layer()},
                       {"caveat", figure.caveat()},
                       {"query", figure.query()}});
  }
  return figures;
}

Json GapsJson(const ReportData& data) {
  const bool known = data.gaps.unknown.empty();
  Json gaps;
  gaps["known"] = known;
  if (!known) gaps["reason"] = data.gaps.unknown;
  gaps["total"] = ValueOf(data.picture, "gaps.total");
  gaps["by_kind"] = known ? Groups(data.picture, "gaps.by_kind") : Json();
  return gaps;
}

Json AlertsJson(const DeliveryCounts& counts) {
  const bool known = counts.unknown.empty();
  const auto value = [known](std::int64_t count) {
    return known ? Json(count) : Json();
  };
  Json alerts;
  alerts["known"] = known;
  if (!known) alerts["reason"] = counts.unknown;
  alerts["delivered"] = value(counts.delivered);
  alerts["pending"] = value(counts.pending);
  alerts["dead"] = value(counts.dead);
  return alerts;
}

}  // namespace

absl::StatusOr<std::string> ReportText(const ReportData& data) {
  LB_RETURN_IF_ERROR(CheckFigures(data));
  const Picture& picture = data.picture;
  std::string out = absl::StrCat(
      "Regional picture of ", picture.name(), "\n  as recorded at ",
      AsOf(picture), ", as valid on ", picture.valid_date(), "\n\n");
  AppendFigure(picture, "sites.total", "Open drug scenes", &out);
  absl::StrAppend(&out, "  by state\n");
  AppendGroups(picture, "sites.by_state", &out);
  absl::StrAppend(&out, "  counting sites by municipality\n");
  AppendGroups(picture, "sites.by_municipality", &out);
  absl::StrAppend(&out, "\n");
  AppendFigure(picture, "exposure.sites", "Near a primary school", &out);
  AppendGroups(picture, "exposure.sites_by_municipality", &out);
  AppendFigure(picture, "exposure.pairs", "Pairs", &out);
  absl::StrAppend(&out, "\n");
  AppendGaps(data, &out);
  absl::StrAppend(&out, "\n");
  AppendAlerts(data, &out);
  return out;
}

absl::StatusOr<std::string> ReportJson(const ReportData& data) {
  LB_RETURN_IF_ERROR(CheckFigures(data));
  const Picture& picture = data.picture;
  Json json;
  json["region"] = picture.name();
  json["as_of"] = AsOf(picture);
  json["valid_date"] = picture.valid_date();
  json["sites"] = {
      {"total", ValueOf(picture, "sites.total")},
      {"by_state", Groups(picture, "sites.by_state")},
      {"by_municipality", Groups(picture, "sites.by_municipality")}};
  json["exposure"] = {
      {"radius_m", Meters(data.layer.radius_m())},
      {"pairs", ValueOf(picture, "exposure.pairs")},
      {"sites", ValueOf(picture, "exposure.sites")},
      {"by_municipality", Groups(picture, "exposure.sites_by_municipality")}};
  json["gaps"] = GapsJson(data);
  json["alerts"] = AlertsJson(data.deliveries);
  json["figures"] = FiguresJson(picture);
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace lagesbild::cli
