#include "absl/strings/numbers.h"
#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/redis_codec.h"
#include "lib/ledger/redis_ledger.h"
#include "tests/faults/ledger_load.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::testing {
namespace {

using ledger::RedisConnection;

// A writer whose commands arrive as the test has it.
class RedisWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ledger::RedisOptions options;
    options.endpoint.address = server_.address();
    options.name = "w";
    ASSERT_OK_AND_ASSIGN(ledger_, ledger::OpenRedis(options, &clock_, &ids_));
    ASSERT_OK_AND_ASSIGN(connection_,
                         RedisConnection::Connect(options.endpoint));
    const auto& script = ledger::CommitScript().text;
    ASSERT_THAT(connection_->Call({"SCRIPT", "LOAD", script}), IsOk());
    TakeEpoch(1);
  }
  void TakeEpoch(int epoch) {
    ASSERT_THAT(connection_->Call(
                    {"HSET", "{w}:writer:me", "epoch", absl::StrCat(epoch)}),
                IsOk());
  }
  // The reply's elements, joined.
  std::string Send(int epoch, int sequence, const std::string& id) {
    const auto prepared = *ledger::Prepare(LoadTransaction(id));
    const std::string store_id = ledger_->StoreId();
    const ledger::WriterPlace place = {"me", epoch, sequence};
    const auto call =
        ledger::EncodeCommit("{w}", store_id, place, clock_.Now(), prepared);
    const auto reply = connection_->Call(call.views);
    if (!reply.ok()) return reply.status().ToString();
    std::string text;
    for (std::size_t i = 0; i < reply->value().size() && i < 2; ++i) {
      absl::StrAppend(&text, i > 0 ? " " : "", reply->value()[i].Text());
    }
    return text;
  }

  RedisServer server_;
  const base::SystemClock clock_{};
  base::RandomIds ids_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<RedisConnection> connection_;
};

// What a stalled connection still had under way would be carried out after its
// caller was told that it was not.
TEST_F(RedisWriterTest, AnOldConnectionsCommitIsRefused) {
  EXPECT_EQ(Send(1, 1, "a"), "OK 1");
  TakeEpoch(2);
  EXPECT_EQ(Send(1, 2, "late"), "EPOCH");
  EXPECT_EQ(Send(1, 1, "a"), "EPOCH");
  EXPECT_EQ(ledger_->ReadHead()->revision, 1);
  EXPECT_EQ(Send(2, 2, "b"), "OK 2");
}

// A commit whose reply was lost would be there twice.
TEST_F(RedisWriterTest, ACommitSentAgainIsAnsweredFromTheFirst) {
  EXPECT_EQ(Send(1, 1, "a"), "OK 1");
  EXPECT_EQ(Send(1, 2, "b"), "OK 2");
  TakeEpoch(2);
  EXPECT_EQ(Send(2, 1, "a"), "OK 1");
  EXPECT_EQ(Send(2, 2, "b"), "OK 2");
  EXPECT_EQ(Send(2, 3, "c"), "OK 3");
  EXPECT_EQ(ledger_->ReadHead()->revision, 3);
}

// Its memory of outcomes would fill Redis, or mistake a commit for an old one.
TEST_F(RedisWriterTest, OnlyRecentOutcomesAreRemembered) {
  const int beyond = int(ledger::kRememberedOutcomes);
  EXPECT_EQ(Send(1, 5, "a"), "OK 1");
  EXPECT_EQ(Send(1, 5 + beyond, "b"), "OK 2");
  EXPECT_EQ(Send(1, 5 + beyond, "b"), "OK 2");
  EXPECT_EQ(server_.Command({"HLEN", "{w}:writer:me"}), "2");
}

// A commit whose reply was lost just then would be there twice.
TEST_F(RedisWriterTest, TheMemoryOfAWriterThatCommitsDoesNotLapse) {
  ASSERT_EQ(server_.Command({"PEXPIRE", "{w}:writer:me", "60000"}), "1");
  EXPECT_EQ(Send(1, 1, "a"), "OK 1");
  int left = 0;
  ASSERT_TRUE(
      absl::SimpleAtoi(server_.Command({"TTL", "{w}:writer:me"}), &left));
  EXPECT_GT(left, 43'200);
}

}  // namespace
}  // namespace lagesbild::testing
