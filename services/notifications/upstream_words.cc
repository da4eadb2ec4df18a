#include "services/notifications/upstream_words.h"

namespace lagesbild::notifications {
namespace {

// Where it lies, and who answers for it.
Codes MunicipalitiesOf(const registry::v1::Site& site) {
  Codes codes(site.municipalities().begin(), site.municipalities().end());
  codes.insert(site.municipality());
  codes.insert(site.responsible_municipality());
  codes.erase("");
  return codes;
}

KeptSite ToKept(const registry::v1::Site& site) {
  return {.name = site.name(),
          .state = static_cast<SiteState>(site.state()),
          .agreed = SiteState::kUnspecified,
          .municipality = site.municipality(),
          .municipalities = MunicipalitiesOf(site),
          .display_name = site.display_name(),
          .extra = ""};
}

KeptExposure ToKept(const proximity::v1::Exposure& exposure) {
  return {.name = exposure.name(),
          .site = exposure.site(),
          .municipality = exposure.municipality(),
          .place_display_name = exposure.place_display_name(),
          .extra = ""};
}

KeptGap ToKept(const interventions::v1::CoverageGap& gap) {
  return {.name = gap.name(),
          .site = gap.site(),
          .municipality = gap.responsible_municipality(),
          .site_display_name = gap.site_display_name(),
          .extra = ""};
}

const registry::v1::Site& RecordOf(const registry::v1::SiteChange& change) {
  return change.site();
}
const proximity::v1::Exposure& RecordOf(
    const proximity::v1::ExposureChange& change) {
  return change.exposure();
}
const interventions::v1::CoverageGap& RecordOf(
    const interventions::v1::CoverageGapChange& change) {
  return change.gap();
}

template <typename Kept, typename Response>
std::vector<Kept> Picture(const std::vector<Response>& parts) {
  std::vector<Kept> picture;
  for (const Response& part : parts) {
    for (const auto& change : part.changes()) {
      picture.push_back(ToKept(RecordOf(change)));
    }
  }
  return picture;
}

template <typename Response, typename Is, typename Gone>
void EachChange(const std::vector<Response>& parts, Is is, Gone gone) {
  for (const Response& part : parts) {
    for (const auto& change : part.changes()) {
      if (change.type() == watch::v1::CHANGE_TYPE_REMOVED) {
        gone(RecordOf(change).name());
      } else {
        is(ToKept(RecordOf(change)));
      }
    }
  }
}

}  // namespace

void TellSites(const std::vector<registry::v1::WatchSitesResponse>& parts,
               bool whole, const Origin& origin, Decision* decision) {
  if (whole) return decision->SitesAre(origin, Picture<KeptSite>(parts));
  EachChange(
      parts, [&](const KeptSite& s) { decision->SiteIs(origin, s); },
      [&](const std::string& name) { decision->SiteGone(origin, name); });
}

void TellExposures(
    const std::vector<proximity::v1::WatchExposuresResponse>& parts, bool whole,
    const Origin& origin, Decision* decision) {
  if (whole) {
    return decision->ExposuresAre(origin, Picture<KeptExposure>(parts));
  }
  EachChange(
      parts, [&](const KeptExposure& e) { decision->ExposureIs(origin, e); },
      [&](const std::string& name) { decision->ExposureGone(origin, name); });
}

void TellGaps(
    const std::vector<interventions::v1::WatchCoverageGapsResponse>& parts,
    bool whole, const Origin& origin, Decision* decision) {
  if (whole) return decision->GapsAre(origin, Picture<KeptGap>(parts));
  EachChange(
      parts, [&](const KeptGap& g) { decision->GapIs(origin, g); },
      [&](const std::string& name) { decision->GapGone(origin, name); });
}

}  // namespace lagesbild::notifications
