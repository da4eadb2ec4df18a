#include "gateway/picture/picture_renderer.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/picture/visible.h"

namespace lagesbild::gateway {
namespace {

using ::lagesbild::picture::v1::Situation;
using ::lagesbild::picture::v1::SituationChange;
using ::lagesbild::watch::v1::CHANGE_TYPE_REMOVED;
using ::lagesbild::watch::v1::CHANGE_TYPE_UPSERTED;

// Enough situations for a page of some 64 KiB.
constexpr int kSituationsPerPage = 50;

void AppendUpsert(const Situation& situation, std::string* out) {
  SituationChange change;
  change.set_type(CHANGE_TYPE_UPSERTED);
  *change.mutable_situation() = situation;
  watch::AppendChange(change, out);
}

void AppendRemoval(const std::string& name, std::string* out) {
  SituationChange change;
  change.set_type(CHANGE_TYPE_REMOVED);
  change.mutable_situation()->set_name(name);
  watch::AppendChange(change, out);
}

bool Same(const Situation& a, const Situation& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

}  // namespace

watch::Basis PictureBasis(const PictureState& state) {
  std::map<std::string, access::v1::Position> lowest;
  for (const auto& [stream, reached] : state.streams()) {
    for (const access::v1::Position& position : reached) {
      auto [it, first] = lowest.emplace(position.service(), position);
      if (!first && position.revision() < it->second.revision()) {
        it->second = position;
      }
    }
  }
  watch::Basis basis;
  for (auto& [service, position] : lowest) basis.push_back(position);
  return basis;
}

std::string PictureRenderer::SharingKey() const {
  std::string key;
  // Whatever a caller calls an area, no list reads as another one.
  for (const std::string& area : areas_) {
    absl::StrAppend(&key, area.size(), ":", area);
  }
  return absl::StrCat(
      key, "|", redactor_->VisibilityKey(Situation::descriptor(), caller_));
}

std::optional<Situation> PictureRenderer::Shown(
    const std::optional<std::string>& bytes) const {
  Situation situation;
  if (!bytes || !situation.ParseFromString(*bytes)) return std::nullopt;
  if (!InAreas(situation, areas_)) return std::nullopt;
  return VisibleSituation(situation, caller_, *redactor_);
}

std::optional<std::string> PictureRenderer::RenderChange(
    const ledger::RevisionChanges& changes) {
  std::string out;
  for (const ledger::Change& change : changes.changes) {
    if (!absl::StartsWith(change.key, kSituationPrefix)) continue;
    const auto before =
        Shown(change.before ? change.before->value : std::nullopt);
    const auto after = Shown(change.after);
    if (after && !(before && Same(*before, *after))) {
      AppendUpsert(*after, &out);
    } else if (before && !after) {
      AppendRemoval(before->name(), &out);
    }
  }
  if (out.empty()) return std::nullopt;
  return out;
}

absl::StatusOr<watch::SnapshotPages> PictureRenderer::OpenSnapshot() {
  auto situations = std::make_shared<std::vector<SituationPtr>>();
  watch::SnapshotPages pages;
  view_->Read([&](const PictureState& state, const ledger::Head& head) {
    pages.at = head;
    pages.basis = PictureBasis(state);
    for (const auto& [site, situation] : state.situations()) {
      if (InAreas(*situation, areas_)) situations->push_back(situation);
    }
  });
  pages.next = [situations, at = std::size_t{0}, caller = caller_,
                redactor = redactor_]() mutable {
    std::string page;
    for (int n = 0; n < kSituationsPerPage && at < situations->size(); ++n) {
      AppendUpsert(VisibleSituation(*(*situations)[at++], caller, *redactor),
                   &page);
    }
    return page;
  };
  return pages;
}

}  // namespace lagesbild::gateway
