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
#include "tests/testing/watch_truth.h"

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

// A watch of this prefix, and a note with this text, makes the renderer throw.
inline constexpr char kThrowing[] = "throwing";

// A change as a watcher is told of it: "+key=text" or "-key".
std::string Name(const v1::NoteChange& change);
WatchTruth::Changes Names(const v1::WatchNotesResponse& response);

// What every revision and every picture of a board held, from its ledger: not
// from the view, which the watch itself goes by.
class NoteTruth {
 public:
  explicit NoteTruth(ledger::Ledger* ledger);

  // Reads what the log holds by now. Call it before the log is compacted.
  void CatchUp();

  // For a watcher of `prefix`.
  WatchTruth For(const std::string& prefix);

 private:
  using Changes = WatchTruth::Changes;

  std::optional<Changes> Change(ledger::Revision revision,
                                const std::string& prefix);
  std::optional<Changes> Picture(ledger::Revision revision,
                                 const std::string& prefix);
  absl::Status CheckPosition(const ledger::Position& position);
  const ledger::RevisionChanges* Find(ledger::Revision revision)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReadOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ledger::Ledger* const ledger_;
  const ledger::Head start_;  // stays known when it is compacted
  base::Mutex mutex_;
  ledger::Revision read_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<ledger::Revision, ledger::RevisionChanges> log_
      ABSL_GUARDED_BY(mutex_);
};

// Hears when a view leaves revisions out or takes some back.
class SkipDetector final : public view::ViewListener {
 public:
  void OnRevision(
      std::shared_ptr<const ledger::RevisionChanges> changes) override;
  void OnReload(const ledger::Head& head) override;
  int skips() const { return skips_; }

 private:
  ledger::Revision last_ = -1;
  std::atomic<int> skips_ = 0;
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
  std::shared_ptr<watch::Renderer> NewRenderer(const std::string& prefix);
  watch::WatchHub& hub() { return *hub_; }
  view::View<Notes>& view() { return *view_; }
  NoteTruth& truth() { return truth_; }
  // How often the view left revisions out, or took some back.
  int skips() const { return skips_.skips(); }
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
  SkipDetector skips_;
  std::unique_ptr<view::View<Notes>> view_;
  std::unique_ptr<watch::WatchHub> hub_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_NOTE_BOARD_H_
