#include "gateway/picture/figure_queries.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace lagesbild::gateway {
namespace {

std::string AsOfText(const access::v1::AsOf& as_of) {
  std::vector<std::string> fields = {
      absl::StrCat("recorded_time: \"", as_of.recorded_time(), "\"")};
  if (!as_of.valid_date().empty()) {
    fields.push_back(absl::StrCat("valid_date: \"", as_of.valid_date(), "\""));
  }
  return absl::StrCat("{", absl::StrJoin(fields, ", "), "}");
}

std::string And(absl::string_view a, absl::string_view b) {
  return absl::StrCat(a, a.empty() || b.empty() ? "" : " AND ", b);
}

constexpr char kListSites[] = "SiteRegistry.ListSites";

}  // namespace

std::string FilterString(absl::string_view text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

std::string FigureQueries::Call(absl::string_view method,
                                const std::string& filter) const {
  return absl::StrCat(method, " {parent: \"", scope_.region, "\"",
                      filter.empty() ? "" : ", filter: '", filter,
                      filter.empty() ? "" : "'",
                      ", as_of: ", AsOfText(scope_.as_of), "}");
}

// The filter for the picture's own sites; empty for the whole region.
std::string FigureQueries::OfSites() const {
  std::vector<std::string> codes;
  for (const std::string& area : scope_.areas) {
    const std::string code = FilterString(area);
    codes.push_back(absl::StrCat("municipality = ", code));
    codes.push_back(absl::StrCat("municipalities = ", code));
  }
  std::string areas =
      codes.empty() ? "" : absl::StrCat("(", absl::StrJoin(codes, " OR "), ")");
  if (scope_.site.empty()) return areas;
  return And(absl::StrCat("name = ", FilterString(scope_.site)), areas);
}

std::string FigureQueries::Sites(absl::string_view filter) const {
  return Call(kListSites, And(filter, OfSites()));
}

std::string FigureQueries::Exposures(const std::string& layer,
                                     absl::string_view filter) const {
  return absl::StrCat(Call("ProximityAnalysis.ListExposures",
                           absl::StrCat("layer = ", FilterString(layer))),
                      " where site is in ", Sites(filter));
}

std::string FigureQueries::ExposedSites(const std::string& layer,
                                        absl::string_view filter) const {
  return absl::StrCat("each site once of ", Exposures(layer, filter));
}

std::string FigureQueries::Gaps(absl::string_view filter) const {
  std::string gaps =
      Call("InterventionTracking.ListCoverageGaps", std::string(filter));
  if (OfSites().empty()) return gaps;
  return absl::StrCat(gaps, " where site is in ", Sites(""));
}

}  // namespace lagesbild::gateway
