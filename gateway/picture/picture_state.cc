#include "gateway/picture/picture_state.h"

#include "absl/strings/strip.h"

namespace lagesbild::gateway {
namespace {

// Puts a value, or takes it out.
template <typename Map, typename Make>
void Set(Map* map, absl::string_view id,
         const std::optional<std::string>& value, Make make) {
  if (value) {
    (*map)[std::string(id)] = make(*value);
  } else {
    map->erase(std::string(id));
  }
}

SituationPtr ParseSituation(const std::string& bytes) {
  auto situation = std::make_shared<picture::v1::Situation>();
  // The gateway has just written them itself.
  situation->ParseFromString(bytes);
  return situation;
}

}  // namespace

void PictureState::Apply(const std::string& key,
                         const std::optional<std::string>& value,
                         ledger::Revision, absl::Time) {
  absl::string_view id = key;
  if (absl::ConsumePrefix(&id, kSituationPrefix)) {
    Set(&situations_, id, value, ParseSituation);
  } else if (absl::ConsumePrefix(&id, kAreaPrefix)) {
    Set(&area_names_, id, value, [](const std::string& name) { return name; });
  } else if (absl::ConsumePrefix(&id, kStreamPrefix)) {
    Set(&streams_, id, value,
        [](const std::string& text) { return watch::DecodeBasis(text); });
  }
}

}  // namespace lagesbild::gateway
