#include "services/proximity/registry_news.h"

#include <algorithm>
#include <set>
#include <utility>

#include "lib/base/status.h"
#include "lib/geo/validity.h"
#include "lib/input/geometry.h"
#include "lib/watch/followed.h"

namespace lagesbild::proximity {
namespace {

namespace rv1 = registry::v1;

// The last part of a resource's name.
std::string IdIn(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

std::optional<base::Date> DateOf(const std::string& text) {
  const auto date = base::ParseDate(text);
  return date.ok() ? std::optional(*date) : std::nullopt;
}

std::optional<geo::Geometry> SoundGeometry(const std::string& name,
                                           const geo::v1::Geometry& message,
                                           base::Logger* logger) {
  geo::Geometry geometry = input::GeometryOf(message);
  const auto fault = geo::FindFault(geometry);
  if (!fault) return geometry;
  logger->Error("a geometry of the registry makes no sense",
                {{"name", name}, {"fault", fault->what}});
  return std::nullopt;
}

std::vector<DatedState> StatesOf(const rv1::Site& site) {
  std::vector<DatedState> states;
  for (const rv1::DatedState& dated : site.states()) {
    const auto from = DateOf(dated.valid_from());
    if (!from) continue;
    states.push_back({*from, static_cast<SiteState>(dated.state()),
                      static_cast<SiteState>(dated.counted_state())});
  }
  return states;
}

bool IsGone(watch::v1::ChangeType type) {
  return type != watch::v1::CHANGE_TYPE_UPSERTED;
}

bool WasEver(const rv1::Site& site, const std::vector<DatedState>& states) {
  if (states.empty()) {
    return IsLive(static_cast<SiteState>(site.counted_state()));
  }
  return std::any_of(states.begin(), states.end(), [](const DatedState& dated) {
    return IsLive(dated.counted);
  });
}

std::optional<Site> ReadOne(const rv1::SiteChange& change,
                            base::Logger* logger) {
  const rv1::Site& site = change.site();
  std::vector<DatedState> states = StatesOf(site);
  if (IsGone(change.type()) || !WasEver(site, states)) return std::nullopt;
  auto geometry = SoundGeometry(site.name(), site.geometry(), logger);
  if (!geometry) return std::nullopt;
  return Site{
      .id = IdIn(site.name()),
      .geometry = *std::move(geometry),
      .municipality = site.municipality(),
      .districts = {site.districts().begin(), site.districts().end()},
      .police_areas = {site.police_areas().begin(), site.police_areas().end()},
      .states = std::move(states)};
}

std::optional<Municipality> ReadOne(const rv1::AreaChange& change,
                                    base::Logger* logger) {
  const rv1::Area& area = change.area();
  if (IsGone(change.type()) || area.kind() != rv1::AREA_KIND_MUNICIPALITY) {
    return std::nullopt;
  }
  auto geometry = SoundGeometry(area.name(), area.geometry(), logger);
  if (!geometry) return std::nullopt;
  return Municipality{
      .code = area.code(),
      .geometry = *std::move(geometry),
      .valid = {DateOf(area.valid_from()), DateOf(area.valid_to())}};
}

const std::string& NameOf(const rv1::SiteChange& change) {
  return change.site().name();
}
const std::string& NameOf(const rv1::AreaChange& change) {
  return change.area().name();
}

template <typename Record, typename Delivery>
std::vector<News<Record>> ReadAll(const std::vector<Delivery>& deliveries,
                                  base::Logger* logger) {
  std::vector<News<Record>> all;
  for (const Delivery& delivery : deliveries) {
    News<Record> news{delivery.kind, delivery.cursor, delivery.reached, {}};
    for (const auto& part : delivery.parts) {
      for (const auto& change : part.changes()) {
        news.records[IdIn(NameOf(change))] = ReadOne(change, logger);
      }
    }
    all.push_back(std::move(news));
  }
  return all;
}

// Puts the fresh news into `changes`; gives where the follower stands then, or
// nothing when there was none.
template <typename Record, typename Kept>
absl::StatusOr<std::optional<watch::Followed>> Gather(
    const std::vector<News<Record>>& news, const watch::Followed& stored,
    const std::string& refused, const Kept& kept,
    std::map<std::string, std::optional<Record>>* changes) {
  LB_ASSIGN_OR_RETURN(const auto fresh,
                      watch::FreshOf(news, stored.cursor, refused));
  if (fresh.empty()) return std::nullopt;
  for (const News<Record>* delivery : fresh) {
    if (delivery->kind == watch::DeliveryKind::kSnapshot) {
      changes->clear();
      for (const auto& [id, record] : kept) (*changes)[id] = std::nullopt;
    }
    for (const auto& [id, record] : delivery->records) {
      (*changes)[id] = record;
    }
  }
  return watch::Followed{fresh.back()->cursor, fresh.back()->reached, 0};
}

}  // namespace

std::vector<News<Site>> ReadSites(const std::vector<SiteDelivery>& deliveries,
                                  base::Logger* logger) {
  return ReadAll<Site>(deliveries, logger);
}

std::vector<News<Municipality>> ReadAreas(
    const std::vector<AreaDelivery>& deliveries, base::Logger* logger) {
  return ReadAll<Municipality>(deliveries, logger);
}

std::vector<std::vector<News<Site>>> OncePerSite(std::vector<News<Site>> news) {
  std::vector<std::vector<News<Site>>> runs;
  std::set<std::string> seen;
  for (News<Site>& delivery : news) {
    const bool again = std::any_of(
        delivery.records.begin(), delivery.records.end(),
        [&](const auto& record) { return seen.contains(record.first); });
    if (again) seen.clear();
    if (again || runs.empty()) runs.emplace_back();
    for (const auto& [id, record] : delivery.records) seen.insert(id);
    runs.back().push_back(std::move(delivery));
  }
  return runs;
}

absl::Status TakeSites(const ProximityState& state,
                       const std::vector<News<Site>>& news,
                       const std::string& refused, CommitBuilder* builder) {
  LB_ASSIGN_OR_RETURN(
      auto to, Gather(news, state.sites(), refused, state.inventory().sites(),
                      &builder->changes().sites));
  if (!to) return absl::OkStatus();
  if (watch::IsBehind(state.areas(),
                      watch::PositionOf(to->reached, "registry"))) {
    return absl::AbortedError("the registry's areas have not come as far");
  }
  builder->MoveSites(*std::move(to));
  return absl::OkStatus();
}

absl::Status TakeAreas(const ProximityState& state,
                       const std::vector<News<Municipality>>& news,
                       const std::string& refused, CommitBuilder* builder) {
  LB_ASSIGN_OR_RETURN(auto to, Gather(news, state.areas(), refused,
                                      state.inventory().municipalities(),
                                      &builder->changes().municipalities));
  if (to) builder->MoveAreas(*std::move(to));
  return absl::OkStatus();
}

}  // namespace lagesbild::proximity
