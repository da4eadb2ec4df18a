#include "cli/report.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/output.h"
#include "lib/api/time.h"
#include "nlohmann/json.hpp"

namespace lagesbild::cli {
namespace {

using Json = nlohmann::ordered_json;
using ::lagesbild::interventions::v1::CoverageGap;
using ::lagesbild::picture::v1::Figure;
using ::lagesbild::picture::v1::Picture;

constexpr int kRadiusMeters = 500;
constexpr size_t kGapsShown = 15;

std::int64_t ValueOf(const Picture& picture, const std::string& id) {
  for (const Figure& figure : picture.figures()) {
    if (figure.id() == id) return figure.value();
  }
  return 0;
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
                    "    ", figure.definition(),
                    "\n    query: ", figure.query(), "\n");
  }
}

void AppendGaps(const ReportData& data, std::string* out) {
  AppendFigure(data.picture, "gaps.total", "Coverage gaps", out);
  AppendGroups(data.picture, "gaps.by_kind", out);
  for (size_t i = 0; i < data.gaps.size() && i < kGapsShown; ++i) {
    const CoverageGap& gap = data.gaps[i];
    absl::StrAppend(out, "    ", Printable(gap.site_display_name()), ": ",
                    Printable(gap.reason()), " (",
                    Printable(gap.nearest_place_display_name()), ", ",
                    Decimal(gap.nearest_distance_m(), 0), " m)\n");
  }
  if (data.gaps.size() > kGapsShown) {
    absl::StrAppend(out, "    ... and ", data.gaps.size() - kGapsShown,
                    " more: lagesbild gaps\n");
  }
}

void AppendAlerts(const ReportData& data, std::string* out) {
  if (!data.deliveries_known) {
    absl::StrAppend(out, "Alerts: your role does not see the deliveries\n");
    return;
  }
  absl::StrAppend(out, "Alerts: ", data.delivered, " delivered, ", data.pending,
                  " pending, ", data.dead,
                  " given up\n    Events handed to a contact's receiver; one "
                  "for each subscription and event.\n    query: "
                  "AgencyNotifications.ListDeliveries\n");
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
                       {"query", figure.query()}});
  }
  return figures;
}

}  // namespace

std::string ReportText(const ReportData& data) {
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

std::string ReportJson(const ReportData& data) {
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
      {"radius_m", kRadiusMeters},
      {"pairs", ValueOf(picture, "exposure.pairs")},
      {"sites", ValueOf(picture, "exposure.sites")},
      {"by_municipality", Groups(picture, "exposure.sites_by_municipality")}};
  json["gaps"] = {{"total", ValueOf(picture, "gaps.total")},
                  {"by_kind", Groups(picture, "gaps.by_kind")}};
  if (data.deliveries_known) {
    json["alerts"] = {{"delivered", data.delivered},
                      {"pending", data.pending},
                      {"dead", data.dead}};
  } else {
    json["alerts"] = nullptr;
  }
  json["figures"] = FiguresJson(picture);
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace lagesbild::cli
