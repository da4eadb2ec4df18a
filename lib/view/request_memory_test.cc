#include "lib/view/request_memory.h"

#include "gtest/gtest.h"

namespace lagesbild::view {
namespace {

ledger::RequestRecord Record(const std::string& id, ledger::Revision revision,
                             absl::Time recorded) {
  return {{"agency", "method", id, "digest"}, revision, recorded};
}

// A repeated request would be carried out twice.
TEST(RequestMemoryTest, RemembersForTheWholeTimeAndNoLonger) {
  const absl::Time start = absl::FromUnixSeconds(1000);
  RequestMemory memory;
  memory.Reset(
      {Record("b", 2, start + absl::Seconds(1)), Record("a", 1, start)});
  memory.Forget(start + ledger::kRequestMemory);
  EXPECT_TRUE(memory.Find("agency", "method", "a").has_value());
  memory.Forget(start + ledger::kRequestMemory + absl::Milliseconds(1));
  EXPECT_FALSE(memory.Find("agency", "method", "a").has_value());
  EXPECT_EQ(memory.Find("agency", "method", "b")->revision, 2);
}

// An id used again after a week would be forgotten with its first use.
TEST(RequestMemoryTest, AYoungerUseOfTheSameIdOutlivesTheOlder) {
  const absl::Time start = absl::FromUnixSeconds(1000);
  RequestMemory memory;
  memory.Add(Record("a", 1, start));
  memory.Add(Record("a", 9, start + absl::Hours(1)));
  memory.Forget(start + ledger::kRequestMemory + absl::Minutes(1));
  ASSERT_TRUE(memory.Find("agency", "method", "a").has_value());
  EXPECT_EQ(memory.Find("agency", "method", "a")->revision, 9);
  EXPECT_EQ(memory.size(), 1u);
}

}  // namespace
}  // namespace lagesbild::view
