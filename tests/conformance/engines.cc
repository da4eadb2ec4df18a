#include "tests/conformance/engines.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/ledger/redis_ledger.h"
#include "lib/ledger/sqlite_ledger.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::testing {
namespace {

using ledger::Ledger;

// A test cannot go on without its ledger, and says why.
template <typename T>
T Must(absl::StatusOr<T> result) {
  EXPECT_TRUE(result.ok()) << result.status();
  return *std::move(result);
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

class MemoryEngine final : public Engine {
 public:
  MemoryEngine(const base::Clock* clock, base::IdSource* ids)
      : clock_(clock), ids_(ids) {}
  std::unique_ptr<Ledger> OpenNew() override {
    return ledger::NewMemoryLedger(clock_, ids_);
  }
  std::unique_ptr<Ledger> Reopen(std::unique_ptr<Ledger> old) override {
    return old;
  }
  std::unique_ptr<Ledger> OpenSecond() override { return nullptr; }
  absl::StatusOr<std::unique_ptr<Ledger>> Restore(
      const std::string& backup) override {
    return ledger::RestoreMemoryLedger(backup, clock_, ids_);
  }
  std::vector<std::string> Files() override { return {}; }

 private:
  const base::Clock* const clock_;
  base::IdSource* const ids_;
};

class SqliteEngine final : public Engine {
 public:
  SqliteEngine(const base::Clock* clock, base::IdSource* ids)
      : clock_(clock), ids_(ids) {}
  std::unique_ptr<Ledger> OpenNew() override {
    ++stores_;
    return OpenSecond();
  }
  std::unique_ptr<Ledger> Reopen(std::unique_ptr<Ledger> old) override {
    old.reset();
    return OpenSecond();
  }
  std::unique_ptr<Ledger> OpenSecond() override {
    return Must(ledger::OpenSqlite(Path(), clock_, ids_));
  }
  absl::StatusOr<std::unique_ptr<Ledger>> Restore(
      const std::string& backup) override {
    ++stores_;
    const absl::Status restored = ledger::RestoreSqlite(backup, Path(), ids_);
    if (!restored.ok()) return restored;
    return ledger::OpenSqlite(Path(), clock_, ids_);
  }
  std::vector<std::string> Files() override { return FilesIn(dir_.path()); }

 private:
  std::string Path() const {
    return dir_.File(absl::StrCat("ledger", stores_, ".db"));
  }

  TempDir dir_;
  const base::Clock* const clock_;
  base::IdSource* const ids_;
  int stores_ = 0;
};

// Its files are looked into, so they are not compressed.
class RedisEngine final : public Engine {
 public:
  RedisEngine(const base::Clock* clock, base::IdSource* ids)
      : server_({"--rdbcompression", "no"}), clock_(clock), ids_(ids) {}
  std::unique_ptr<Ledger> OpenNew() override {
    ++stores_;
    return OpenSecond();
  }
  std::unique_ptr<Ledger> Reopen(std::unique_ptr<Ledger> old) override {
    old.reset();
    server_.Restart();
    return OpenSecond();
  }
  std::unique_ptr<Ledger> OpenSecond() override {
    return Must(ledger::OpenRedis(Options(), clock_, ids_));
  }
  absl::StatusOr<std::unique_ptr<Ledger>> Restore(
      const std::string& backup) override {
    ++stores_;
    const absl::Status restored = ledger::RestoreRedis(backup, Options(), ids_);
    if (!restored.ok()) return restored;
    return ledger::OpenRedis(Options(), clock_, ids_);
  }
  void SaveSnapshot() override { EXPECT_EQ(server_.Command({"SAVE"}), "OK"); }
  std::vector<std::string> Files() override {
    return FilesIn(server_.folder());
  }

 private:
  ledger::RedisOptions Options() const {
    ledger::RedisOptions options;
    options.endpoint.address = server_.address();
    options.name = absl::StrCat("test/", stores_);
    return options;
  }

  RedisServer server_;
  const base::Clock* const clock_;
  base::IdSource* const ids_;
  int stores_ = 0;
};

}  // namespace

std::unique_ptr<Engine> NewEngine(const std::string& name,
                                  const base::Clock* clock,
                                  base::IdSource* ids) {
  if (name == "sqlite") return std::make_unique<SqliteEngine>(clock, ids);
  if (name == "redis") return std::make_unique<RedisEngine>(clock, ids);
  return std::make_unique<MemoryEngine>(clock, ids);
}

}  // namespace lagesbild::testing
