#include <atomic>
#include <future>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/civil_date.h"
#include "lib/base/digest.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/base/status.h"

namespace lagesbild::base {
namespace {

// A client that switches on the reason, or shows which field is wrong, would be
// left with free text.
TEST(StatusTest, DetailTravelsWithTheStatus) {
  const absl::Status status =
      Error(absl::StatusCode::kAlreadyExists, kLikelyDuplicate, "too near",
            {{"candidate", "regions/r/sites/s"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(status), kLikelyDuplicate);
  EXPECT_EQ(DetailOf(status).metadata.at("candidate"), "regions/r/sites/s");
}

TEST(StatusTest, EveryWrongFieldIsNamed) {
  const absl::Status status = InvalidFields({{"a", "missing"}, {"b", "bad"}});
  EXPECT_EQ(status.message(), "a: missing; b: bad");
  ASSERT_EQ(DetailOf(status).violations.size(), 2u);
  EXPECT_EQ(DetailOf(status).violations[1].field, "b");
  EXPECT_TRUE(InvalidFields({}).ok());
}

TEST(StatusTest, BrokenTextDoesNotThrow) {
  EXPECT_EQ(ReasonOf(InvalidField("x\xff", "y\xfe")), kInvalidField);
}

// Two resources with one name would overwrite each other.
TEST(IdsTest, IdsAreDistinctAndFitNames) {
  RandomIds ids;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.NewId();
    EXPECT_EQ(id.size(), 26u);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

// A count "at year end" taken on the wrong day is a wrong count.
TEST(DateTest, OnlyWholeIsoDatesParse) {
  EXPECT_EQ(*ParseDate("2023-12-31"), Date(2023, 12, 31));
  for (const char* bad : {"2023-02-30", "2023-1-1", "20231231", "", "2023-12",
                          "2023-12-31T00:00:00"}) {
    EXPECT_FALSE(ParseDate(bad).ok()) << bad;
  }
}

TEST(DateTest, TheDayTurnsAtSwedishMidnight) {
  EXPECT_EQ(DateInSweden(absl::FromUnixSeconds(1704063599)),
            Date(2023, 12, 31));  // 23:59:59 in Stockholm
  EXPECT_EQ(DateInSweden(absl::FromUnixSeconds(1704063600)), Date(2024, 1, 1));
}

TEST(DigestTest, PublishedVectors) {
  EXPECT_EQ(Sha1Hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Sha256("abc").substr(0, 4), "\xba\x78\x16\xbf");
}

// Work accepted before a shutdown must not vanish in it.
TEST(ThreadPoolTest, QueuedTasksRunBeforeTheDestructorReturns) {
  std::atomic<int> ran = 0;
  {
    ThreadPool pool(2);
    for (int i = 0; i < 100; ++i) pool.Run([&] { ++ran; });
  }
  EXPECT_EQ(ran, 100);
}

// Behind a disk that hangs, work would pile up without end.
TEST(ThreadPoolTest, WhatIsBeyondTheLimitIsRefused) {
  std::promise<void> hanging;
  std::promise<void> begun;
  std::atomic<int> ran = 0;
  {
    ThreadPool pool(1);
    pool.Run([&] {
      begun.set_value();
      hanging.get_future().wait();
    });
    begun.get_future().wait();
    EXPECT_TRUE(pool.TryRun([&] { ++ran; }, 2));
    EXPECT_TRUE(pool.TryRun([&] { ++ran; }, 2));
    EXPECT_FALSE(pool.TryRun([&] { ++ran; }, 2));
    hanging.set_value();
  }
  EXPECT_EQ(ran, 2);
}

}  // namespace
}  // namespace lagesbild::base
