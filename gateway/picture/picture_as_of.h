#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_AS_OF_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_AS_OF_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/picture/inquiry.h"
#include "gateway/picture/picture_state.h"
#include "gateway/upstreams.h"

namespace lagesbild::gateway {

// Situations that were put together from the services' own answers.
struct AssembledPicture {
  std::vector<SituationPtr> situations;  // in the order of names
  AreaNames area_names;
  // Why there are no gaps in the situations; empty: they have theirs.
  std::string gaps_unknown;
};

// Asks the four services how it stood, one call after the other, and puts it
// together as the feed does. A service's error comes back as it is, but gaps on
// a past day that interventions does not tell are left out. An alert has no day
// on which it is valid: alerts are those recorded. `done` runs on an RPC
// thread.
void PictureAsOf(const Upstreams& upstreams, Inquiry inquiry,
                 const access::v1::AsOf& as_of,
                 std::function<void(absl::StatusOr<AssembledPicture>)> done);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_AS_OF_H_
