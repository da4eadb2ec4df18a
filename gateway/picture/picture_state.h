#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_STATE_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_STATE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lagesbild/picture/v1/picture.pb.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/cursor.h"

namespace lagesbild::gateway {

// Keys of the picture's ledger, which lives in memory and as long as the
// gateway:
//   situation/<site name>     a picture.v1.Situation
//   area/<municipality code>  its display name
//   stream/<stream>           how far a followed stream is in the picture: an
//                             access.v1.ConsistencyToken in EncodeBasis's form
inline constexpr absl::string_view kSituationPrefix = "situation/";
inline constexpr absl::string_view kAreaPrefix = "area/";
inline constexpr absl::string_view kStreamPrefix = "stream/";

using SituationPtr = std::shared_ptr<const picture::v1::Situation>;

// The names of municipalities by code.
using AreaNames = std::map<std::string, std::string>;

// The picture as it is read. Situations are immutable and shared, so that a
// reader takes pointers under the view's lock and works outside it.
class PictureState {
 public:
  void Apply(const std::string& key, const std::optional<std::string>& value,
             ledger::Revision revision, absl::Time recorded);

  // By site name.
  const std::map<std::string, SituationPtr>& situations() const {
    return situations_;
  }
  const AreaNames& area_names() const { return area_names_; }
  // By stream.
  const std::map<std::string, watch::Basis>& streams() const {
    return streams_;
  }

 private:
  std::map<std::string, SituationPtr> situations_;
  AreaNames area_names_;
  std::map<std::string, watch::Basis> streams_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_STATE_H_
