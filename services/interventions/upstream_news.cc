#include "services/interventions/upstream_news.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lagesbild::interventions {
namespace {

namespace pv1 = proximity::v1;
namespace rv1 = registry::v1;

// The last part of a resource's name.
std::string IdIn(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

// What an upstream tells is well formed; nothing for an empty text.
std::optional<base::Date> DateOf(const std::string& text) {
  const auto date = base::ParseDate(text);
  return date.ok() ? std::optional(*date) : std::nullopt;
}

std::vector<DatedState> ReadStates(const rv1::Site& site) {
  std::vector<DatedState> states;
  for (const rv1::DatedState& dated : site.states()) {
    const auto from = DateOf(dated.valid_from());
    if (!from) continue;
    states.push_back({*from, static_cast<SiteState>(dated.state()),
                      static_cast<SiteState>(dated.counted_state())});
  }
  return states;
}

Site ReadRecord(const rv1::Site& site) {
  return {.display_name = site.display_name(),
          .state = static_cast<SiteState>(site.state()),
          .counted = static_cast<SiteState>(site.counted_state()),
          .states = ReadStates(site),
          .municipality = site.municipality(),
          .responsible = site.responsible_municipality().empty()
                             ? site.municipality()
                             : site.responsible_municipality()};
}

Exposure ReadRecord(const pv1::Exposure& exposure) {
  return {.site = IdIn(exposure.site()),
          .place = IdIn(exposure.place()),
          .place_display_name = exposure.place_display_name(),
          .distance = geo::Meters(exposure.distance_m()),
          .radius = geo::Meters(exposure.radius_m()),
          .definite = exposure.verdict() == pv1::VERDICT_DEFINITE,
          .valid_from = DateOf(exposure.valid_from()),
          .valid_to = DateOf(exposure.valid_to()),
          .current = exposure.current()};
}

const rv1::Site& RecordOf(const rv1::SiteChange& change) {
  return change.site();
}
const pv1::Exposure& RecordOf(const pv1::ExposureChange& change) {
  return change.exposure();
}

bool Concerns(const rv1::Site&) { return true; }
bool Concerns(const pv1::Exposure& exposure) {
  return absl::StartsWith(IdIn(exposure.name()),
                          absl::StrCat(kDefaultLayer, "~"));
}

template <typename Record, typename Delivery>
News<Record> ReadOne(const Delivery& delivery) {
  News<Record> news{delivery.kind, delivery.cursor, delivery.reached, {}, {}};
  if (delivery.recorded_time > absl::UnixEpoch()) {
    news.recorded = delivery.recorded_time;
  }
  for (const auto& part : delivery.parts) {
    for (const auto& change : part.changes()) {
      const auto& record = RecordOf(change);
      if (!Concerns(record)) continue;
      std::optional<Record>& slot = news.records[IdIn(record.name())];
      slot.reset();
      if (change.type() == watch::v1::CHANGE_TYPE_UPSERTED) {
        slot = ReadRecord(record);
      }
    }
  }
  return news;
}

template <typename Record, typename Delivery>
std::vector<News<Record>> ReadAll(const std::vector<Delivery>& deliveries) {
  std::vector<News<Record>> all;
  all.reserve(deliveries.size());
  for (const Delivery& delivery : deliveries) {
    all.push_back(ReadOne<Record>(delivery));
  }
  return all;
}

}  // namespace

std::vector<SiteNews> ReadSites(const std::vector<SiteDelivery>& deliveries) {
  return ReadAll<Site>(deliveries);
}

std::vector<ExposureNews> ReadExposures(
    const std::vector<ExposureDelivery>& deliveries) {
  return ReadAll<Exposure>(deliveries);
}

}  // namespace lagesbild::interventions
