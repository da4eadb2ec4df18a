#include "lib/watch/log_window.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace lagesbild::watch {
namespace {

std::shared_ptr<const ledger::RevisionChanges> Changes(
    ledger::Revision revision, std::size_t bytes = 10) {
  auto changes = std::make_shared<ledger::RevisionChanges>();
  changes->revision = revision;
  changes->chain = absl::StrCat("chain", revision);
  changes->changes.push_back(
      {"key", std::nullopt, std::string(bytes, 'x'), false});
  return changes;
}

// A stream would skip what has left the memory.
TEST(LogWindowTest, SaysWhatHasLeftIt) {
  LogWindow window(3, 1 << 20);
  window.Reset({10, absl::UnixEpoch(), "chain10"});
  for (ledger::Revision r = 11; r <= 15; ++r) window.Append(Changes(r));
  EXPECT_TRUE(window.After(11).below);
  EXPECT_EQ(window.After(12).entry->place().revision, 13);
  EXPECT_EQ(window.After(14).entry->place().revision, 15);
  EXPECT_EQ(window.After(15).entry, nullptr);
  EXPECT_FALSE(window.After(99).below);
}

// Large revisions would fill the memory long before they are many.
TEST(LogWindowTest, KeepsWithinItsBytesButAlwaysTheLast) {
  LogWindow window(1000, 5000);
  window.Reset({0, absl::UnixEpoch(), ""});
  for (ledger::Revision r = 1; r <= 10; ++r) window.Append(Changes(r, 2000));
  EXPECT_TRUE(window.After(7).below);
  EXPECT_NE(window.After(9).entry, nullptr);
  window.Append(Changes(11, 1'000'000));
  EXPECT_TRUE(window.After(9).below);
  EXPECT_NE(window.After(10).entry, nullptr);
}

// A cursor of another history would be taken for one of this.
TEST(LogWindowTest, KnowsItsOwnChain) {
  using Verdict = LogWindow::Verdict;
  LogWindow window(3, 1 << 20);
  window.Reset({10, absl::UnixEpoch(), "chain10"});
  EXPECT_EQ(window.Check(10, "chain10"), Verdict::kHere);
  for (ledger::Revision r = 11; r <= 15; ++r) window.Append(Changes(r));
  EXPECT_EQ(window.Check(12, "chain12"), Verdict::kHere);
  EXPECT_EQ(window.Check(15, "chain15"), Verdict::kHere);
  EXPECT_EQ(window.Check(15, "chain14"), Verdict::kForeign);
  EXPECT_EQ(window.Check(11, "chain11"), Verdict::kUnknown);
  EXPECT_EQ(window.Check(16, "chain16"), Verdict::kUnknown);
}

}  // namespace
}  // namespace lagesbild::watch
