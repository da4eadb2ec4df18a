#include <sqlite3.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/redis_ledger.h"
#include "lib/ledger/sqlite_ledger.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::testing {
namespace {

using absl::StatusCode;
using ledger::Ledger;
using ::testing::HasSubstr;

// Two live records, a with an older version, and c that came and went.
void Fill(Ledger* ledger) {
  const auto commit = [&](const std::string& key,
                          std::optional<std::string> value) {
    ledger::Transaction transaction;
    transaction.writes.push_back({key, std::move(value), std::nullopt});
    ASSERT_THAT(ledger::CommitAndWait(ledger, std::move(transaction)), IsOk());
  };
  commit("a", "one");
  commit("b", "two");
  commit("a", "three");
  commit("c", "four");
  commit("c", std::nullopt);
}

void ExpectFound(Ledger* ledger, const std::string& key) {
  const absl::Status verified = ledger->VerifyChain();
  EXPECT_THAT(verified, StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(std::string(verified.message()), HasSubstr("record " + key));
}

class DamagedSqliteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(ledger_, ledger::OpenSqlite(path_, &clock_, &ids_));
    Fill(ledger_.get());
    ASSERT_THAT(ledger_->VerifyChain(), IsOk());
  }
  void Damage(const char* sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_changes(db), 1);
    sqlite3_close(db);
  }

  TempDir dir_;
  const std::string path_ = dir_.File("ledger.db");
  const base::SystemClock clock_{};
  base::RandomIds ids_;
  std::unique_ptr<Ledger> ledger_;
};

// Services load the state: a site missing from it would be gone for everybody,
// with its whole history intact.
TEST_F(DamagedSqliteTest, ARecordMissingFromTheStateIsFound) {
  Damage("DELETE FROM state WHERE key = 'b'");
  ExpectFound(ledger_.get(), "b");
}

// An older version would be shown as the newest.
TEST_F(DamagedSqliteTest, AnOlderVersionInTheStateIsFound) {
  Damage("UPDATE state SET id = 1 WHERE key = 'a'");
  ExpectFound(ledger_.get(), "a");
}

// Every change of the record would be refused, whatever its etag.
TEST_F(DamagedSqliteTest, AWrongRevisionInTheStateIsFound) {
  Damage("UPDATE state SET revision = 2 WHERE key = 'a'");
  ExpectFound(ledger_.get(), "a");
}

// What was deleted would come back.
TEST_F(DamagedSqliteTest, ADeletedRecordInTheStateIsFound) {
  Damage("INSERT INTO state VALUES('c', 4, 4)");
  ExpectFound(ledger_.get(), "c");
}

class DamagedRedisTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ledger::RedisOptions options;
    options.endpoint.address = server_.address();
    options.name = "damaged";
    ASSERT_OK_AND_ASSIGN(ledger_, ledger::OpenRedis(options, &clock_, &ids_));
    Fill(ledger_.get());
    ASSERT_THAT(ledger_->VerifyChain(), IsOk());
  }

  RedisServer server_;
  const base::SystemClock clock_{};
  base::RandomIds ids_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(DamagedRedisTest, ARecordMissingFromTheStateIsFound) {
  ASSERT_EQ(server_.Command({"HDEL", "{damaged}:state", "b"}), "1");
  ExpectFound(ledger_.get(), "b");
}

TEST_F(DamagedRedisTest, AnOlderVersionInTheStateIsFound) {
  ASSERT_EQ(server_.Command({"HSET", "{damaged}:state", "a", "1"}), "0");
  ExpectFound(ledger_.get(), "a");
}

TEST_F(DamagedRedisTest, ADeletedRecordInTheStateIsFound) {
  ASSERT_EQ(server_.Command({"HSET", "{damaged}:state", "c", "4"}), "1");
  ExpectFound(ledger_.get(), "c");
}

// As-of answers come from the index: a record missing from it would be missing
// from every report on the past.
TEST_F(DamagedRedisTest, ARecordMissingFromTheIndexIsFound) {
  const std::string field(
      "b\0"
      "0000000000000002",
      18);
  ASSERT_EQ(server_.Command({"ZREM", "{damaged}:index", field}), "1");
  ExpectFound(ledger_.get(), "b");
}

}  // namespace
}  // namespace lagesbild::testing
