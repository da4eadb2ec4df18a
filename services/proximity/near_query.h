#ifndef LAGESBILD_SERVICES_PROXIMITY_NEAR_QUERY_H_
#define LAGESBILD_SERVICES_PROXIMITY_NEAR_QUERY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lagesbild/proximity/v1/question.pb.h"
#include "lib/api/listing.h"
#include "lib/api/time.h"
#include "lib/base/status.h"
#include "services/proximity/nearby.h"
#include "services/proximity/presenter.h"
#include "services/proximity/question_input.h"

// What FindPlacesNear and FindSitesNear have in common: around what, how far,
// and page by page from the nearest on.
namespace lagesbild::proximity {

// What is looked around: a record of the state by its id, or a geometry.
struct Around {
  std::string id;    // "" for a geometry
  std::string name;  // as the caller wrote it
  std::string what;  // "site" or "place"
  std::optional<geo::Shape> shape;
};

absl::StatusOr<Around> ReadAround(const Presenter& presenter,
                                  const v1::FindPlacesNearRequest& request);
absl::StatusOr<Around> ReadAround(const Presenter& presenter,
                                  const v1::FindSitesNearRequest& request);

// NOT_FOUND.
absl::Status NoSuch(const Around& around);

// The geometry, or that of the record in `index`; NOT_FOUND.
absl::StatusOr<geo::Shape> ShapeIn(const geo::SpatialIndex& index,
                                   const Around& around);

// What a call asks for, checked.
struct NearQuery {
  Around around;
  geo::Meters radius;
  api::Listing page;
};

template <typename Request>
absl::StatusOr<NearQuery> ReadNear(const Presenter& presenter,
                                   const Request& request, absl::Time now,
                                   absl::string_view store_id) {
  LB_RETURN_IF_ERROR(presenter.CheckParent(request.parent()));
  NearQuery query;
  LB_ASSIGN_OR_RETURN(query.around, ReadAround(presenter, request));
  input::Faults faults;
  query.radius = ReadRadius("radius_m", request.radius_m(), &faults);
  LB_RETURN_IF_ERROR(faults.ToStatus());
  LB_ASSIGN_OR_RETURN(query.page, api::ReadListing(request, now, store_id));
  return query;
}

// An answer's place in the order: page tokens say after which to go on.
struct Rank {
  double distance;  // metres
  std::string id;

  friend bool operator<(const Rank& a, const Rank& b);
};
Rank RankOf(const NearPlace& near);
Rank RankOf(const NearSite& near);
// The inverse of one another; of any other text something.
std::string TextOf(const Rank& rank);
Rank RankIn(const std::string& text);

// Shows one page of what was found; gives the next one's token. `show` gives
// how many bytes it added.
template <typename Near, typename Show>
std::string FillNearPage(const NearQuery& query, const api::Found<Near>& found,
                         Show show) {
  const Rank after = RankIn(query.page.after);
  std::size_t filled = 0;
  std::size_t bytes = 0;
  const Near* last = nullptr;
  for (const Near& near : found.records) {
    if (!query.page.after.empty() && !(after < RankOf(near))) continue;
    if (!query.page.HasRoom(filled, bytes)) {
      return query.page.Next(TextOf(RankOf(*last)), found.revision);
    }
    last = &near;
    bytes += show(near);
    ++filled;
  }
  return "";
}

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_NEAR_QUERY_H_
