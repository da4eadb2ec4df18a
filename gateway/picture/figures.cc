#include "gateway/picture/figures.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace lagesbild::gateway {
namespace {

using ::lagesbild::interventions::v1::GapKind;
using ::lagesbild::interventions::v1::GapKind_descriptor;
using ::lagesbild::interventions::v1::GapKind_Name;
using ::lagesbild::picture::v1::Figure;
using ::lagesbild::registry::v1::SITE_STATE_OPEN;
using ::lagesbild::registry::v1::SiteState;
using ::lagesbild::registry::v1::SiteState_descriptor;
using ::lagesbild::registry::v1::SiteState_Name;

// The standing layer of the county's question: primary schools within 500 m.
constexpr char kSchools[] = "primary-schools-500";
constexpr char kCounting[] = "counted_state = SITE_STATE_OPEN";

std::string SchoolLayer(const Scope& scope) {
  return absl::StrCat(scope.region, "/layers/", kSchools);
}

// A site counts when both parties agreed that it is open; one party's newer
// departure does not take it out until it is settled.
bool Counts(const picture::v1::Situation& situation) {
  return situation.site().counted_state() == SITE_STATE_OPEN;
}

struct Tally {
  std::int64_t counting = 0;
  std::int64_t pairs = 0;
  std::int64_t exposed = 0;
  std::int64_t undated = 0;  // pairs with a place of unknown beginning
  std::int64_t gaps = 0;
  std::map<int, std::int64_t> by_state;
  std::map<std::string, std::int64_t> by_municipality;
  std::map<std::string, std::int64_t> exposed_by_municipality;
  std::map<int, std::int64_t> by_gap_kind;
};

// How many schools the site is near to.
std::int64_t CountSchools(const picture::v1::Situation& situation,
                          const std::string& layer, Tally* tally) {
  std::int64_t schools = 0;
  for (const proximity::v1::Exposure& e : situation.exposures()) {
    if (e.layer() != layer) continue;
    ++schools;
    if (e.valid_from().empty()) ++tally->undated;
  }
  tally->pairs += schools;
  return schools;
}

void Add(const picture::v1::Situation& situation, const std::string& layer,
         Tally* tally) {
  ++tally->by_state[situation.site().state()];
  if (situation.has_gap()) {
    ++tally->gaps;
    ++tally->by_gap_kind[situation.gap().kind()];
  }
  if (!Counts(situation)) return;
  ++tally->counting;
  ++tally->by_municipality[situation.site().municipality()];
  if (CountSchools(situation, layer, tally) == 0) return;
  ++tally->exposed;
  ++tally->exposed_by_municipality[situation.site().municipality()];
}

Figure Make(std::string id, std::int64_t value, std::string unit,
            std::string definition, std::string query) {
  Figure figure;
  figure.set_id(std::move(id));
  figure.set_value(value);
  figure.set_unit(std::move(unit));
  figure.set_definition(std::move(definition));
  figure.set_query(std::move(query));
  return figure;
}

// About the places of a layer.
Figure MakeNear(const std::string& layer, Figure figure) {
  figure.set_layer(layer);
  return figure;
}

// Registers that do not say since when a unit exists answer for every day.
std::string DatesCaveat(const Scope& scope, const Tally& tally) {
  if (scope.as_of.valid_date().empty() || tally.undated == 0) return "";
  return absl::StrCat(tally.undated, " of ", tally.pairs,
                      " pairs are with school units whose first day is not "
                      "known: they count as if they had always been there.");
}

void AddCaveat(const std::string& caveat, std::vector<Figure>* figures) {
  for (Figure& figure : *figures) {
    if (!figure.layer().empty()) figure.set_caveat(caveat);
  }
}

// "OPEN" for SITE_STATE_OPEN.
std::string ShortName(absl::string_view full, absl::string_view prefix) {
  return std::string(absl::StripPrefix(full, prefix));
}

std::vector<Figure> Totals(const std::string& layer,
                           const FigureQueries& queries, const Tally& tally) {
  return {
      Make("sites.total", tally.counting, "sites",
           "Sites that both parties agreed are open, among them those that one "
           "party has since departed from and that are not settled yet "
           "(pending). Contested and proposed sites are not in it.",
           queries.Sites(kCounting)),
      MakeNear(
          layer,
          Make(
              "exposure.sites", tally.exposed, "sites",
              "Counting sites with at least one primary school within 500 m of "
              "their edge, on the WGS84 ellipsoid.",
              queries.ExposedSites(layer, kCounting))),
      MakeNear(
          layer,
          Make(
              "exposure.pairs", tally.pairs, "pairs of site and school unit",
              "Pairs of a counting site and a primary school unit within 500 m "
              "of its edge; several units can share one building.",
              queries.Exposures(layer, kCounting))),
  };
}

std::vector<Figure> ByState(const FigureQueries& queries, const Tally& tally) {
  std::vector<Figure> figures;
  const auto* states = SiteState_descriptor();
  for (int i = 1; i < states->value_count(); ++i) {
    const auto state = static_cast<SiteState>(states->value(i)->number());
    const auto found = tally.by_state.find(state);
    Figure figure = Make(
        "sites.by_state", found == tally.by_state.end() ? 0 : found->second,
        "sites", "Sites by the state that follows from both parties.",
        queries.Sites(absl::StrCat("state = ", SiteState_Name(state))));
    figure.set_group(ShortName(SiteState_Name(state), "SITE_STATE_"));
    figures.push_back(std::move(figure));
  }
  return figures;
}

// One figure for each municipality; `model` has all but value, query and group.
std::vector<Figure> ByMunicipality(
    const Figure& model, const std::map<std::string, std::int64_t>& counts,
    const AreaNames& area_names,
    const std::function<std::string(const std::string&)>& query) {
  std::vector<Figure> figures;
  for (const auto& [code, count] : counts) {
    Figure figure = model;
    figure.set_value(count);
    figure.set_query(query(
        absl::StrCat(kCounting, " AND municipality = ", FilterString(code))));
    figure.set_group(code);
    const auto name = area_names.find(code);
    if (name != area_names.end()) figure.set_group_display_name(name->second);
    figures.push_back(std::move(figure));
  }
  return figures;
}

std::vector<Figure> SitesByMunicipality(const FigureQueries& queries,
                                        const Tally& tally,
                                        const AreaNames& area_names) {
  const Figure model = Make(
      "sites.by_municipality", 0, "sites",
      "Counting sites by the municipality with the largest share of them.", "");
  return ByMunicipality(
      model, tally.by_municipality, area_names,
      [&](const std::string& filter) { return queries.Sites(filter); });
}

std::vector<Figure> ExposedByMunicipality(const std::string& layer,
                                          const FigureQueries& queries,
                                          const Tally& tally,
                                          const AreaNames& area_names) {
  const Figure model = MakeNear(
      layer,
      Make("exposure.sites_by_municipality", 0, "sites",
           "Counting sites with at least one primary school within 500 m, by "
           "the municipality with the largest share of the site.",
           ""));
  return ByMunicipality(model, tally.exposed_by_municipality, area_names,
                        [&](const std::string& filter) {
                          return queries.ExposedSites(layer, filter);
                        });
}

std::vector<Figure> GapFigures(const FigureQueries& queries,
                               const Tally& tally) {
  std::vector<Figure> figures = {
      Make("gaps.total", tally.gaps, "sites",
           "Open, pending or contested sites with a primary school within "
           "500 m and no active measure that is followed up.",
           queries.Gaps(""))};
  const auto* kinds = GapKind_descriptor();
  for (int i = 1; i < kinds->value_count(); ++i) {
    const auto kind = static_cast<GapKind>(kinds->value(i)->number());
    const auto found = tally.by_gap_kind.find(kind);
    Figure figure = Make(
        "gaps.by_kind", found == tally.by_gap_kind.end() ? 0 : found->second,
        "sites", "Coverage gaps by what is missing.",
        queries.Gaps(absl::StrCat("kind = ", GapKind_Name(kind))));
    figure.set_group(ShortName(GapKind_Name(kind), "GAP_KIND_"));
    figures.push_back(std::move(figure));
  }
  return figures;
}

void Append(std::vector<Figure> more, std::vector<Figure>* figures) {
  for (Figure& figure : more) figures->push_back(std::move(figure));
}

}  // namespace

std::vector<Figure> ComputeFigures(const Scope& scope,
                                   const std::vector<SituationPtr>& situations,
                                   const AreaNames& area_names, Gaps gaps) {
  const std::string layer = SchoolLayer(scope);
  const FigureQueries queries(scope);
  Tally tally;
  for (const SituationPtr& s : situations) Add(*s, layer, &tally);
  std::vector<Figure> figures = Totals(layer, queries, tally);
  Append(ByState(queries, tally), &figures);
  Append(SitesByMunicipality(queries, tally, area_names), &figures);
  Append(ExposedByMunicipality(layer, queries, tally, area_names), &figures);
  AddCaveat(DatesCaveat(scope, tally), &figures);
  if (gaps == Gaps::kKnown) Append(GapFigures(queries, tally), &figures);
  return figures;
}

}  // namespace lagesbild::gateway
