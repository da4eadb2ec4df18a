#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_RENDERER_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_RENDERER_H_

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "gateway/picture/picture_state.h"
#include "lib/access/redactor.h"
#include "lib/view/view.h"
#include "lib/watch/renderer.h"

namespace lagesbild::gateway {

// One WatchPicture stream: the situations of some municipalities as one caller
// may see them. A situation in which nothing changed that the caller may see
// shows nothing.
class PictureRenderer final : public watch::Renderer {
 public:
  // `view` and `redactor` outlive the renderer.
  PictureRenderer(const view::View<PictureState>* view,
                  const access::Redactor* redactor, access::v1::Caller caller,
                  std::set<std::string> areas)
      : view_(view),
        redactor_(redactor),
        caller_(std::move(caller)),
        areas_(std::move(areas)) {}

  std::string SharingKey() const override;
  std::optional<std::string> RenderChange(
      const ledger::RevisionChanges& changes) override;
  absl::StatusOr<watch::SnapshotPages> OpenSnapshot() override;

 private:
  // What the stream shows of a stored situation; nullopt for nothing.
  std::optional<picture::v1::Situation> Shown(
      const std::optional<std::string>& bytes) const;

  const view::View<PictureState>* const view_;
  const access::Redactor* const redactor_;
  const access::v1::Caller caller_;
  const std::set<std::string> areas_;
};

// The lowest of what the picture's streams reflect, as a watch header states
// it.
watch::Basis PictureBasis(const PictureState& state);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_RENDERER_H_
