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

namespace lagesbild::watch {

using Response = testing::v1::WatchNotesResponse;

// One stream, read message by message; the auditor reads along where given.
class Watcher {
 public:
  Watcher(testing::NoteBoard* board, const std::string& cursor,
          const std::string& prefix = "", bool prompt = true,
          testing::WatchAuditor* auditor = nullptr)
      : stub_(board->NewStub()), auditor_(auditor) {
    testing::v1::WatchNotesRequest request;
    request.set_cursor(cursor);
    request.set_prefix(prefix);
    request.set_prompt_bookmarks(prompt);
    context_.set_deadline(
        absl::ToChronoTime(absl::Now() + 2 * testing::kPatience));
    if (auditor_) auditor_->OnStart(cursor);
    reader_ = stub_->WatchNotes(&context_, request);
  }
  ~Watcher() { Cancel(); }

  // False when the stream is over.
  bool Next(Response* response) {
    if (!reader_->Read(response)) return false;
    if (auditor_) {
      auditor_->OnMessage(response->header(), testing::Names(*response));
    }
    return true;
  }
  Response Next() {
    Response response;
    EXPECT_TRUE(Next(&response)) << "the stream is over";
    return response;
  }
  // Reads until the cursor stands at `revision` or beyond; the last message.
  Response ReadTo(ledger::Revision revision) {
    Response response;
    while (Next(&response)) {
      const auto position = DecodeCursor(response.header().cursor());
      if (position.ok() && position->revision >= revision) return response;
    }
    ADD_FAILURE() << "the stream is over before " << revision;
    return response;
  }

  void Cancel() {
    context_.TryCancel();
    End();
  }
  // What the stream ended with.
  grpc::Status End() {
    if (!reader_) return grpc::Status::OK;
    Response rest;
    while (reader_->Read(&rest)) {
    }
    const grpc::Status status = reader_->Finish();
    reader_.reset();
    if (auditor_) auditor_->OnEnd();
    return status;
  }

 private:
  std::unique_ptr<testing::v1::NoteBoard::Stub> stub_;
  testing::WatchAuditor* const auditor_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<Response>> reader_;
};

// Why a stream ended, as a client reads it from the wire.
inline std::string Reason(const grpc::Status& status) {
  return base::ReasonOf(rpc::FromGrpc(status));
}

class WatchFixture : public ::testing::Test {
 protected:
  void Serve(WatchHubOptions options = {}) {
    board_ = std::make_unique<testing::NoteBoard>(&ledger_, &clock_,
                                                  std::move(options));
  }

  testing::WatchAuditor NewAuditor(const std::string& prefix = "") {
    return testing::WatchAuditor([this, prefix](ledger::Revision revision) {
      return board_->truth().Shown(revision, prefix);
    });
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
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_WATCH_FIXTURE_H_
