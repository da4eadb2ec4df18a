#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_AS_OF_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_AS_OF_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/picture/picture_feed.h"
#include "gateway/picture/picture_state.h"

namespace lagesbild::gateway {

// Situations that were put together from the services' own answers.
struct AssembledPicture {
  std::vector<SituationPtr> situations;  // in the order of names
  AreaNames area_names;
};

// Asks the four services how it stood, and puts it together as the feed does.
// Blocks, at most for `budget`: for an executor's thread. A service's error
// comes back as it is.
absl::StatusOr<AssembledPicture> PictureAsOf(const Upstreams& upstreams,
                                             const std::string& parent,
                                             const access::v1::AsOf& as_of,
                                             const base::Clock& clock,
                                             absl::Duration budget);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_AS_OF_H_
