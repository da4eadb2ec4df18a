#ifndef LAGESBILD_LIB_WATCH_SHARED_RENDERING_H_
#define LAGESBILD_LIB_WATCH_SHARED_RENDERING_H_

#include <grpcpp/support/slice.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/renderer.h"

namespace lagesbild::watch {

// Serialised `changes` in pieces that fit into messages; no pieces: there is
// nothing to see.
struct Rendered {
  std::vector<grpc::Slice> pieces;
  std::size_t bytes = 0;
};

using RenderedPtr = std::shared_ptr<const Rendered>;

RenderedPtr CutIntoPieces(const std::string& changes, std::size_t limit);

// What all streams with one sharing key show: each revision is rendered once
// while it is recent. Thread-safe.
class SharedRendering {
 public:
  SharedRendering(std::shared_ptr<Renderer> renderer,
                  std::size_t max_message_bytes)
      : renderer_(std::move(renderer)), max_message_bytes_(max_message_bytes) {}

  RenderedPtr Render(const ledger::RevisionChanges& changes);

  // Bytes were erased, or revisions taken back.
  void Forget();

 private:
  void Shrink() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<Renderer> renderer_;
  const std::size_t max_message_bytes_;
  base::Mutex mutex_;
  std::map<ledger::Revision, RenderedPtr> recent_ ABSL_GUARDED_BY(mutex_);
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_SHARED_RENDERING_H_
