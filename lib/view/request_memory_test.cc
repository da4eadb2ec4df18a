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
  const absl::Time last = start + ledger::kRequestMemory;
  memory.Forget(last);
  EXPECT_TRUE(memory.Find("agency", "method", "a", last).has_value());
  const absl::Time after = last + absl::Milliseconds(1);
  memory.Forget(after);
  EXPECT_FALSE(memory.Find("agency", "method", "a", after).has_value());
  EXPECT_EQ(memory.Find("agency", "method", "b", after)->revision, 2);
  EXPECT_EQ(memory.size(), 1u);
}

// In a service where nothing else is written, an id would count as used long
// after its week.
TEST(RequestMemoryTest, WhatIsTooOldIsUnknownThoughNotYetForgotten) {
  const absl::Time start = absl::FromUnixSeconds(1000);
  RequestMemory memory;
  memory.Add(Record("a", 1, start));
  const absl::Time last = start + ledger::kRequestMemory;
  EXPECT_TRUE(memory.Find("agency", "method", "a", last).has_value());
  EXPECT_FALSE(memory.Find("agency", "method", "a", last + absl::Seconds(1))
                   .has_value());
}

// An id used again after a week would be forgotten with its first use.
TEST(RequestMemoryTest, AYoungerUseOfTheSameIdOutlivesTheOlder) {
  const absl::Time start = absl::FromUnixSeconds(1000);
  RequestMemory memory;
  memory.Add(Record("a", 1, start));
  memory.Add(Record("a", 9, start + absl::Hours(1)));
  const absl::Time now = start + ledger::kRequestMemory + absl::Minutes(1);
  memory.Forget(now);
  ASSERT_TRUE(memory.Find("agency", "method", "a", now).has_value());
  EXPECT_EQ(memory.Find("agency", "method", "a", now)->revision, 9);
  EXPECT_EQ(memory.size(), 1u);
}

}  // namespace
}  // namespace lagesbild::view
