#ifndef LAGESBILD_TESTS_TESTING_NOTE_BOARD_H_
#define LAGESBILD_TESTS_TESTING_NOTE_BOARD_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "lagesbild/testing/v1/note_board.grpc.pb.h"
#include "lib/base/executor.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"
#include "lib/view/view.h"
#include "lib/watch/watch_hub.h"
#include "tests/testing/watch_auditor.h"

namespace lagesbild::testing {

// Notes by key: the whole domain.
struct Notes {
  void Apply(const std::string& key, const std::optional<std::string>& value,
             ledger::Revision, absl::Time) {
    if (value) {
      by_key[key] = *value;
    } else {
      by_key.erase(key);
    }
  }
  std::map<std::string, std::string> by_key;
};

// A change as WatchAuditor is told of it: "+key=text" or "-key".
std::string Name(const v1::NoteChange& change);
WatchAuditor::Changes Names(const v1::WatchNotesResponse& response);

// What every revision and every picture held, from the view itself. The answers
// wait until the revision has come.
class NoteTruth final : public view::ViewListener {
 public:
  void OnRevision(
      std::shared_ptr<const ledger::RevisionChanges> changes) override;
  void OnReload(const ledger::Head&) override {}

  // What a watcher of `prefix` is shown of a revision.
  std::optional<WatchAuditor::Changes> Shown(ledger::Revision revision,
                                             const std::string& prefix);
  // Everything a watcher of `prefix` is shown at a revision; not for boards
  // that were opened on a ledger with notes in it.
  std::optional<WatchAuditor::Changes> Picture(ledger::Revision revision,
                                               const std::string& prefix);

 private:
  using NotesByKey = std::map<std::string, std::string>;

  bool WaitFor(ledger::Revision revision) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  base::Mutex mutex_;
  base::CondVar came_;
  std::map<ledger::Revision, std::shared_ptr<const ledger::RevisionChanges>>
      seen_ ABSL_GUARDED_BY(mutex_);
  // The picture now, and as it was now and then, so that any can be rebuilt.
  NotesByKey now_ ABSL_GUARDED_BY(mutex_);
  std::map<ledger::Revision, NotesByKey> kept_ ABSL_GUARDED_BY(mutex_) = {
      {0, {}}};
};

// A service to watch, on a ledger of the test's: view, hub and a real server on
// a free port of 127.0.0.1.
class NoteBoard final : public v1::NoteBoard::WithRawCallbackMethod_WatchNotes<
                            v1::NoteBoard::Service> {
 public:
  NoteBoard(ledger::Ledger* ledger, const base::Clock* clock,
            watch::WatchHubOptions options);
  ~NoteBoard() override;

  watch::WatchReactor* WatchNotes(grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request) override;

  // Commits and waits until it is shown; nullopt deletes.
  ledger::Revision Put(const std::string& key, std::optional<std::string> text,
                       const watch::Basis& basis = {});
  // Several keys in one revision.
  ledger::Revision PutAll(const std::map<std::string, std::string>& notes);

  // Stops the server, ending what runs within `grace`; the rest is cancelled.
  void Shutdown(absl::Duration grace);

  std::unique_ptr<v1::NoteBoard::Stub> NewStub() const;
  watch::WatchHub& hub() { return *hub_; }
  view::View<Notes>& view() { return *view_; }
  NoteTruth& truth() { return truth_; }
  const std::string& address() const { return address_; }
  // How often a revision was rendered.
  int renderings() const { return renderings_; }

 private:
  ledger::Revision Commit(ledger::Transaction transaction);

  ledger::Ledger* const ledger_;
  base::NullLogger logger_;
  base::ThreadPool executor_{2};
  std::atomic<int> renderings_ = 0;
  NoteTruth truth_;
  std::unique_ptr<view::View<Notes>> view_;
  std::unique_ptr<watch::WatchHub> hub_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_NOTE_BOARD_H_
