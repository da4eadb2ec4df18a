#ifndef LAGESBILD_TESTS_TESTING_WATCHER_H_
#define LAGESBILD_TESTS_TESTING_WATCHER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "lib/rpc/status.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/waiting.h"
#include "tests/testing/watch_auditor.h"

namespace lagesbild::testing {

// When a watcher is to hear something.
struct WatchTimes {
  // The server's clock, where the test moves it; null: it runs by itself.
  FakeClock* clock = nullptr;
  absl::Duration bookmark_interval = absl::Seconds(15);
  // Told of revisions that show nothing at once, as members of the suite are.
  bool prompt = false;
};

// One watcher over all its streams, read message by message. An auditor reads
// along: a promise that was broken fails the test, at the latest when the
// watcher goes. If it still has a stream then, it must reach the ledger's head
// as soon as the interval of bookmarks is over, and so every revision that a
// write returned.
//
//   Watcher<v1::WatchSitesResponse> watcher(open, names, truth, times);
//   watcher.Start();
//   EXPECT_EQ(watcher.NextNews().changes_size(), 1);
template <typename Response>
class Watcher {
 public:
  // Opens a stream on the context from a cursor; empty: with a snapshot.
  using Open = std::function<std::unique_ptr<grpc::ClientReader<Response>>(
      grpc::ClientContext*, const std::string& cursor)>;
  // The changes of one message, named as the truth names them.
  using Names = std::function<WatchAuditor::Changes(const Response&)>;

  Watcher(Open open, Names names, WatchTruth truth, WatchTimes times)
      : open_(std::move(open)),
        names_(std::move(names)),
        times_(times),
        head_(truth.head),
        auditor_(std::move(truth)) {}
  ~Watcher() { Close(); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // Opens a stream; hangs up first where there is one.
  void Start(const std::string& cursor = "") {
    HangUp();
    context_ = std::make_unique<grpc::ClientContext>();
    context_->set_deadline(absl::ToChronoTime(absl::Now() + 2 * kPatience));
    auditor_.OnStart(cursor);
    first_ = true;
    reader_ = open_(context_.get(), cursor);
  }
  // From the last cursor.
  void Resume() { Start(cursor()); }

  // False when the stream is over.
  bool Next(Response* response) {
    response->Clear();
    if (!reader_ || !reader_->Read(response)) return false;
    CheckTime(response->header());
    told_ = names_(*response);
    auditor_.OnMessage(response->header(), told_);
    return true;
  }
  Response Next() {
    Response response;
    EXPECT_TRUE(Next(&response)) << who_ << "the stream is over";
    return response;
  }
  // The next message that tells of something; an empty one, and a failure, when
  // the stream is over.
  Response NextNews() {
    Response response;
    while (Next(&response)) {
      if (!told_.empty()) return response;
    }
    ADD_FAILURE() << who_ << "the stream is over";
    return response;
  }
  // Reads on until `holds`; false when the stream is over before.
  template <typename Condition>
  bool ReadUntil(Condition holds) {
    Response response;
    while (!holds()) {
      if (!Next(&response)) return false;
    }
    return true;
  }
  // Reads until `revision` is reached; the last message.
  Response ReadTo(ledger::Revision revision) {
    Response response;
    while (reached() < revision) {
      if (Next(&response)) continue;
      ADD_FAILURE() << who_ << "the stream is over before " << revision;
      break;
    }
    return response;
  }
  // Reads until the snapshot is whole; what it held.
  WatchAuditor::Changes ReadSnapshot() {
    WatchAuditor::Changes all;
    Response response;
    do {
      response = Next();
      all.insert(all.end(), told_.begin(), told_.end());
    } while (response.header().kind() == watch::v1::MESSAGE_KIND_SNAPSHOT);
    EXPECT_EQ(response.header().kind(),
              watch::v1::MESSAGE_KIND_SNAPSHOT_COMPLETE);
    return all;
  }

  // Reads to the end that the server gives the stream; what it ended with.
  absl::Status End() {
    Response rest;
    while (Next(&rest)) {
    }
    return Finish();
  }
  // Ends the stream from here.
  void HangUp() {
    if (!reader_) return;
    context_->TryCancel();
    Response rest;
    while (reader_->Read(&rest)) {
    }
    Finish().IgnoreError();
  }

  // A write was answered with this revision: it must be reached, also by a
  // watcher that goes without a stream.
  void Wrote(ledger::Revision revision) { auditor_.Wrote(revision); }

  // A stream was opened, and its end was not read.
  bool open() const { return reader_ != nullptr; }
  const std::string& cursor() const { return auditor_.cursor(); }
  ledger::Revision reached() const { return auditor_.reached(); }
  // What failures begin with.
  void set_who(std::string who) { who_ = std::move(who); }

 protected:
  // The watcher's last act. Who derives from it and notes what it hears calls
  // this in the destructor, while there is still something to note it in.
  void Close() {
    if (closed_) return;
    closed_ = true;
    Settle();
    HangUp();
    for (const std::string& broken : auditor_.Finish()) {
      ADD_FAILURE() << who_ << broken;
    }
  }

 private:
  // A bookmark before its time says that something hidden has happened.
  void CheckTime(const watch::v1::WatchHeader& header) {
    if (times_.clock == nullptr) return;
    const absl::Duration now = times_.clock->Monotonic();
    const bool bookmark =
        header.kind() == watch::v1::MESSAGE_KIND_BOOKMARK && !first_;
    if (bookmark && !times_.prompt && !settling_ &&
        now - last_ < times_.bookmark_interval) {
      auditor_.Broken("bookmarkable",
                      absl::StrCat("a bookmark before its time, at ",
                                   absl::FormatDuration(now - last_)));
    }
    first_ = false;
    last_ = now;
  }

  void Settle() {
    if (!reader_) return;
    settling_ = true;
    const ledger::Revision head = head_();
    if (times_.clock) times_.clock->Advance(times_.bookmark_interval);
    Response response;
    bool open = times_.clock == nullptr || Next(&response);
    while (open && reached() < head) open = Next(&response);
    // A server may end a stream, but not be silent on it.
    if (!open && absl::IsDeadlineExceeded(Finish())) {
      auditor_.Broken("reached", absl::StrCat("nothing came at ", reached(),
                                              " with the head at ", head));
    }
  }

  absl::Status Finish() {
    if (!reader_) return absl::OkStatus();
    absl::Status status = rpc::FromGrpc(reader_->Finish());
    reader_.reset();
    auditor_.OnEnd();
    return status;
  }

  const Open open_;
  const Names names_;
  const WatchTimes times_;
  const std::function<ledger::Revision()> head_;
  WatchAuditor auditor_;
  WatchAuditor::Changes told_;  // by the last message
  std::string who_;
  bool first_ = true;
  bool settling_ = false;
  bool closed_ = false;
  absl::Duration last_;  // the last message came; monotonic
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReader<Response>> reader_;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_WATCHER_H_
