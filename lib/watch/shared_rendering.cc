#include "lib/watch/shared_rendering.h"

#include <optional>
#include <utility>

#include "lib/watch/message.h"

namespace lagesbild::watch {
namespace {

// Kept for streams that come a little later; older ones are rendered anew.
constexpr std::size_t kMaxRenderedBytes = 4 << 20;
constexpr std::size_t kMaxRenderedRevisions = 16'384;

}  // namespace

RenderedPtr CutIntoPieces(const std::string& changes, std::size_t limit) {
  auto rendered = std::make_shared<Rendered>();
  rendered->bytes = changes.size();
  for (const absl::string_view piece : SplitChanges(changes, limit)) {
    rendered->pieces.emplace_back(piece.data(), piece.size());
  }
  return rendered;
}

RenderedPtr SharedRendering::Render(const ledger::RevisionChanges& changes) {
  base::MutexLock lock(&mutex_);
  const auto found = recent_.find(changes.revision);
  if (found != recent_.end()) return found->second;
  const std::optional<std::string> bytes = renderer_->RenderChange(changes);
  RenderedPtr rendered = bytes ? CutIntoPieces(*bytes, max_message_bytes_)
                               : std::make_shared<const Rendered>();
  bytes_ += rendered->bytes;
  recent_.emplace(changes.revision, rendered);
  Shrink();
  return rendered;
}

void SharedRendering::Forget() {
  base::MutexLock lock(&mutex_);
  recent_.clear();
  bytes_ = 0;
}

void SharedRendering::Shrink() {
  while (bytes_ > kMaxRenderedBytes || recent_.size() > kMaxRenderedRevisions) {
    bytes_ -= recent_.begin()->second->bytes;
    recent_.erase(recent_.begin());
  }
}

}  // namespace lagesbild::watch
