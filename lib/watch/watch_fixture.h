#ifndef LAGESBILD_LIB_WATCH_WATCH_FIXTURE_H_
#define LAGESBILD_LIB_WATCH_WATCH_FIXTURE_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "lib/base/ids.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/rpc/status.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/faulty_ledger.h"
#include "tests/testing/note_board.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"
#include "tests/testing/watcher.h"

namespace lagesbild::watch {

using Response = testing::v1::WatchNotesResponse;

// A watcher of a board's notes under `prefix`.
class Watcher : public testing::Watcher<Response> {
 public:
  Watcher(testing::NoteBoard* board, const std::string& prefix,
          testing::WatchTimes times)
      : testing::Watcher<Response>(Opening(board, prefix, times.prompt),
                                   &testing::Names, board->truth().For(prefix),
                                   times) {}

 private:
  static Open Opening(testing::NoteBoard* board, const std::string& prefix,
                      bool prompt) {
    std::shared_ptr<testing::v1::NoteBoard::Stub> stub = board->NewStub();
    return [stub, prefix, prompt](grpc::ClientContext* context,
                                  const std::string& cursor) {
      testing::v1::WatchNotesRequest request;
      request.set_cursor(cursor);
      request.set_prefix(prefix);
      request.set_prompt_bookmarks(prompt);
      return stub->WatchNotes(context, request);
    };
  }
};

class WatchFixture : public ::testing::Test {
 protected:
  void Serve(WatchHubOptions options = {}) {
    bookmark_interval_ = options.bookmark_interval;
    board_ = std::make_unique<testing::NoteBoard>(&ledger_, &clock_,
                                                  std::move(options));
  }

  std::unique_ptr<Watcher> NewWatcher(const std::string& prefix = "",
                                      bool prompt = true) {
    return std::make_unique<Watcher>(
        board_.get(), prefix,
        testing::WatchTimes{&clock_, bookmark_interval_, prompt});
  }
  std::unique_ptr<Watcher> WatchFrom(const std::string& cursor,
                                     const std::string& prefix = "",
                                     bool prompt = true) {
    auto watcher = NewWatcher(prefix, prompt);
    watcher->Start(cursor);
    return watcher;
  }
  std::unique_ptr<Watcher> WatchFromNow(const std::string& prefix = "",
                                        bool prompt = true) {
    return WatchFrom(CursorNow(), prefix, prompt);
  }

  std::string CursorNow() {
    const ledger::Head head = board_->view().Head();
    return EncodeCursor({ledger_.StoreId(), head.revision, head.chain});
  }

  testing::FakeClock clock_;
  base::RandomIds ids_;
  std::unique_ptr<ledger::Ledger> store_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  testing::FaultyLedger ledger_{store_.get()};
  std::unique_ptr<testing::NoteBoard> board_;

 private:
  absl::Duration bookmark_interval_;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_WATCH_FIXTURE_H_
