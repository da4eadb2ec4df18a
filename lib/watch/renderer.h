#ifndef LAGESBILD_LIB_WATCH_RENDERER_H_
#define LAGESBILD_LIB_WATCH_RENDERER_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/cursor.h"

namespace lagesbild::watch {

// Everything a filter shows at one revision, page by page.
struct SnapshotPages {
  ledger::Head at;  // what the view showed: View::Read gives it
  Basis basis;      // for derived data: the upstream positions at `at`
  // The next page as serialised `changes` fields, best some 64 KiB to
  // kMaxMessageBytes of them; empty at the end. Called on the hub's executor,
  // one call at a time. It owns what it needs: take shared pointers to the
  // records under the view's lock, serialise here.
  std::function<std::string()> next;
};

// Turns a ledger's records into one stream's messages: the filter and what the
// caller may see. A service makes one for each stream; streams with equal
// sharing keys are all served by the first one's, so it must own what it uses
// and depend on nothing that its key does not name. RenderChange is called by
// one thread at a time, on RPC threads: it must not block.
class Renderer {
 public:
  virtual ~Renderer() = default;

  // Filter and visibility, as text: equal keys mean equal bytes.
  virtual std::string SharingKey() const = 0;

  // The serialised `changes` of a response for one revision (AppendChange);
  // nullopt when this stream shows nothing of it. A record that leaves the
  // filter is REMOVED; compare the change's before and after.
  virtual std::optional<std::string> RenderChange(
      const ledger::RevisionChanges& changes) = 0;

  // Called once on the hub's executor, for a stream without a cursor.
  virtual absl::StatusOr<SnapshotPages> OpenSnapshot() = 0;
};

// Appends `change` to `out` as one element of a response's `changes`.
void AppendChange(const google::protobuf::MessageLite& change,
                  std::string* out);

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_RENDERER_H_
