#include "tests/testing/watch_auditor.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "lib/watch/cursor.h"

namespace lagesbild::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using watch::v1::MessageKind;

std::string Cursor(ledger::Revision revision) {
  return watch::EncodeCursor({"store", revision, absl::StrCat(revision)});
}

constexpr ledger::Revision kHead = 20;

// Even revisions show one change, odd ones nothing; beyond the head is nothing.
std::optional<WatchAuditor::Changes> Change(ledger::Revision revision) {
  if (revision > kHead) return std::nullopt;
  if (revision % 2 == 1) return WatchAuditor::Changes{};
  return WatchAuditor::Changes{absl::StrCat("n", revision)};
}

std::optional<WatchAuditor::Changes> Picture(ledger::Revision revision) {
  WatchAuditor::Changes all;
  for (ledger::Revision r = 1; r <= revision; ++r) {
    const auto changes = Change(r);
    all.insert(all.end(), changes->begin(), changes->end());
  }
  return all;
}

absl::Status CheckPosition(const ledger::Position& position) {
  return Cursor(position.revision) == watch::EncodeCursor(position)
             ? absl::OkStatus()
             : absl::InvalidArgumentError("another history");
}

class WatchAuditorTest : public ::testing::Test {
 protected:
  void See(MessageKind kind, ledger::Revision revision,
           const WatchAuditor::Changes& changes = {}) {
    watch::v1::WatchHeader header;
    header.set_kind(kind);
    header.set_cursor(Cursor(revision));
    header.add_reached()->set_revision(revision);
    auditor_.OnMessage(header, changes);
  }
  void SeeChange(ledger::Revision revision) {
    See(watch::v1::MESSAGE_KIND_CHANGE, revision, *Change(revision));
  }
  void SeePart(MessageKind kind, const WatchAuditor::Changes& changes) {
    watch::v1::WatchHeader header;
    header.set_kind(kind);
    header.set_partial(true);
    auditor_.OnMessage(header, changes);
  }
  void Resume(ledger::Revision revision) {
    auditor_.OnStart(Cursor(revision));
    See(watch::v1::MESSAGE_KIND_BOOKMARK, revision);
  }
  void ExpectBroken(const std::string& promise) {
    EXPECT_THAT(auditor_.Finish(), Contains(StartsWith(promise + ":")));
  }

  WatchAuditor auditor_{{&Change, &Picture, &CheckPosition, nullptr}};
};

// A sound watch would be reported as broken, and nobody would heed the rest.
TEST_F(WatchAuditorTest, KeptPromisesAreNotReported) {
  auditor_.OnStart("");
  SeePart(watch::v1::MESSAGE_KIND_SNAPSHOT, {"n2"});
  See(watch::v1::MESSAGE_KIND_SNAPSHOT_COMPLETE, 2);
  SeeChange(4);
  See(watch::v1::MESSAGE_KIND_BOOKMARK, 5);
  auditor_.OnEnd();
  Resume(5);
  SeeChange(6);
  auditor_.Wrote(6);
  EXPECT_THAT(auditor_.Finish(), IsEmpty());
  EXPECT_EQ(auditor_.cursor(), Cursor(6));
}

// A broken promise would go unseen, or be taken for another: each test below.
TEST_F(WatchAuditorTest, NamesOrdered) {
  Resume(3);
  SeeChange(4);
  SeeChange(2);
  ExpectBroken("ordered");
}

// As above.
TEST_F(WatchAuditorTest, NamesUnique) {
  Resume(3);
  SeeChange(4);
  SeeChange(4);
  ExpectBroken("unique");
}

// As above: within one revision.
TEST_F(WatchAuditorTest, NamesUniqueWithinARevision) {
  Resume(3);
  See(watch::v1::MESSAGE_KIND_CHANGE, 4, {"n4", "n4"});
  ExpectBroken("unique");
}

// As above.
TEST_F(WatchAuditorTest, NamesReliable) {
  Resume(3);
  SeeChange(4);
  SeeChange(8);
  ExpectBroken("reliable");
}

// As above: a part is missing.
TEST_F(WatchAuditorTest, NamesAtomic) {
  Resume(3);
  See(watch::v1::MESSAGE_KIND_CHANGE, 4, {});
  ExpectBroken("atomic");
}

// As above: something comes between two parts.
TEST_F(WatchAuditorTest, NamesAtomicWhenPartsAreTornApart) {
  Resume(3);
  SeePart(watch::v1::MESSAGE_KIND_CHANGE, {"n4"});
  See(watch::v1::MESSAGE_KIND_BOOKMARK, 3);
  ExpectBroken("atomic");
}

// As above: the resume skips.
TEST_F(WatchAuditorTest, NamesResumable) {
  auditor_.OnStart(Cursor(3));
  See(watch::v1::MESSAGE_KIND_BOOKMARK, 5);
  ExpectBroken("resumable");
}

// As above: what cannot be resumed must be refused.
TEST_F(WatchAuditorTest, NamesResumableWhenItGoesOnFromRubbish) {
  auditor_.OnStart("rubbish");
  See(watch::v1::MESSAGE_KIND_BOOKMARK, 5);
  ExpectBroken("resumable");
}

// As above: the resume starts too early.
TEST_F(WatchAuditorTest, NamesResumableWhenItGoesBack) {
  auditor_.OnStart(Cursor(3));
  See(watch::v1::MESSAGE_KIND_BOOKMARK, 1);
  ExpectBroken("resumable");
}

// As above: a bookmark stands beyond what was not sent.
TEST_F(WatchAuditorTest, NamesReliableWhenABookmarkRunsAhead) {
  Resume(3);
  See(watch::v1::MESSAGE_KIND_BOOKMARK, 7);
  ExpectBroken("reliable");
}

// As above: no place is given before the first change.
TEST_F(WatchAuditorTest, NamesBookmarkable) {
  auditor_.OnStart("");
  SeeChange(4);
  ExpectBroken("bookmarkable");
}

// As above: the cursor is of another store, or of a history that was lost.
TEST_F(WatchAuditorTest, NamesBookmarkableWhenACursorIsNoPlace) {
  for (const ledger::Position& position :
       {ledger::Position{"other", 4, "4"}, {"store", 4, "lost"}}) {
    Resume(3);
    watch::v1::WatchHeader header;
    header.set_kind(watch::v1::MESSAGE_KIND_BOOKMARK);
    header.set_cursor(watch::EncodeCursor(position));
    header.add_reached()->set_revision(4);
    auditor_.OnMessage(header, {});
    ExpectBroken("bookmarkable");
  }
}

// As above: a snapshot lacks something.
TEST_F(WatchAuditorTest, NamesAtomicWhenASnapshotIsNotWhole) {
  auditor_.OnStart("");
  See(watch::v1::MESSAGE_KIND_SNAPSHOT_COMPLETE, 4, {"n4"});
  ExpectBroken("atomic");
}

// Where nobody knows what should have come, nothing would ever be missed.
TEST_F(WatchAuditorTest, WhatTheTruthDoesNotKnowIsAFault) {
  Resume(kHead);
  See(watch::v1::MESSAGE_KIND_BOOKMARK, kHead + 1);
  ExpectBroken("unknown");
  See(watch::v1::MESSAGE_KIND_CHANGE, kHead + 2, {"n"});
  ExpectBroken("unknown");
}

// As above.
TEST_F(WatchAuditorTest, NamesReached) {
  Resume(3);
  auditor_.Wrote(5);
  ExpectBroken("reached");
}

}  // namespace
}  // namespace lagesbild::testing
