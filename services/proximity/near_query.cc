#include "services/proximity/near_query.h"

#include <cstdlib>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace lagesbild::proximity {
namespace {

template <typename Request>
absl::StatusOr<Around> GeometryOf(const Request& request) {
  if (!request.has_geometry()) {
    return base::InvalidField("around", "is required");
  }
  LB_ASSIGN_OR_RETURN(geo::Geometry geometry,
                      ReadPlaced("geometry", request.geometry(), kMaxVertices));
  return Around{"", "", "", geo::Shape(std::move(geometry))};
}

}  // namespace

absl::StatusOr<Around> ReadAround(const Presenter& presenter,
                                  const v1::FindPlacesNearRequest& request) {
  if (!request.has_site()) return GeometryOf(request);
  LB_ASSIGN_OR_RETURN(std::string id, presenter.SiteId(request.site(), "site"));
  return Around{std::move(id), request.site(), "site", std::nullopt};
}

absl::StatusOr<Around> ReadAround(const Presenter& presenter,
                                  const v1::FindSitesNearRequest& request) {
  if (!request.has_place()) return GeometryOf(request);
  LB_ASSIGN_OR_RETURN(std::string id,
                      presenter.PlaceId(request.place(), "place"));
  return Around{std::move(id), request.place(), "place", std::nullopt};
}

absl::Status NoSuch(const Around& around) {
  return absl::NotFoundError(
      absl::StrCat(around.name, ": no such ", around.what));
}

absl::StatusOr<geo::Shape> ShapeIn(const geo::SpatialIndex& index,
                                   const Around& around) {
  if (around.shape) return *around.shape;
  const geo::Shape* shape = index.Find(around.id);
  if (shape == nullptr) {
    return NoSuch(around);
  }
  return *shape;
}

bool operator<(const Rank& a, const Rank& b) {
  return std::tie(a.distance, a.id) < std::tie(b.distance, b.id);
}

Rank RankOf(const NearPlace& near) {
  return {near.distance.value(), near.place->id};
}

Rank RankOf(const NearSite& near) {
  return {near.distance.value(), near.site->id};
}

std::string TextOf(const Rank& rank) {
  return absl::StrFormat("%a %s", rank.distance, rank.id);
}

Rank RankIn(const std::string& text) {
  char* end = nullptr;
  const double distance = std::strtod(text.c_str(), &end);
  return {distance, *end == ' ' ? end + 1 : end};
}

}  // namespace lagesbild::proximity
