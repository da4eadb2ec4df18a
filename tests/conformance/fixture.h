#ifndef LAGESBILD_TESTS_CONFORMANCE_FIXTURE_H_
#define LAGESBILD_TESTS_CONFORMANCE_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/ids.h"
#include "lib/ledger/ledger.h"
#include "tests/conformance/engines.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::testing {

using absl::StatusCode;
using ledger::Change;
using ledger::ChangePage;
using ledger::Committed;
using ledger::Erasure;
using ledger::Head;
using ledger::Ledger;
using ledger::Position;
using ledger::Revision;
using ledger::Snapshot;
using ledger::Transaction;
using ledger::Version;

inline Transaction PutOf(const std::string& key, const std::string& value,
                         std::optional<Revision> expected = std::nullopt) {
  Transaction transaction;
  transaction.writes.push_back({key, value, expected});
  return transaction;
}

inline Transaction DeleteOf(const std::string& key,
                            std::optional<Revision> expected = std::nullopt) {
  Transaction transaction;
  transaction.writes.push_back({key, std::nullopt, expected});
  return transaction;
}

// What every engine must do. The parameter names the engine.
class ConformanceTest : public ::testing::TestWithParam<const char*> {
 protected:
  ConformanceTest()
      : engine_(NewEngine(GetParam(), &clock_, &ids_)),
        ledger_(engine_->OpenNew()) {}

  absl::StatusOr<Committed> Commit(Transaction transaction) {
    return CommitAndWait(ledger_.get(), std::move(transaction));
  }
  // The revision of a commit that must succeed.
  Revision Put(const std::string& key, const std::string& value) {
    const absl::StatusOr<Committed> committed = Commit(PutOf(key, value));
    EXPECT_THAT(committed, IsOk());
    return committed.ok() ? committed->revision : -1;
  }
  Revision Delete(const std::string& key) {
    const absl::StatusOr<Committed> committed = Commit(DeleteOf(key));
    EXPECT_THAT(committed, IsOk());
    return committed.ok() ? committed->revision : -1;
  }
  void Reopen() { ledger_ = engine_->Reopen(std::move(ledger_)); }

  Position Here() {
    const Head head = *ledger_->ReadHead();
    return {ledger_->StoreId(), head.revision, head.chain};
  }
  // The live records as "key=value@revision", in their order.
  std::vector<std::string> Live() { return Text(ledger_->Load()->records); }
  std::vector<std::string> AsOf(Revision at, const std::string& prefix = "") {
    return Text(*ledger_->ReadHistory(prefix, at));
  }
  static std::vector<std::string> Text(const std::vector<Version>& versions) {
    std::vector<std::string> text;
    text.reserve(versions.size());
    for (const Version& v : versions) {
      text.push_back(absl::StrCat(v.key, "=", v.value.value_or("-"), "@",
                                  v.revision, v.erased ? "!" : ""));
    }
    return text;
  }

  TempDir dir_;
  FakeClock clock_;
  base::RandomIds ids_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Ledger> ledger_;
};

inline constexpr const char* kEngineNames[] = {"memory", "sqlite", "redis"};
inline const auto kEngines = ::testing::ValuesIn(kEngineNames);

inline std::string EngineName(
    const ::testing::TestParamInfo<const char*>& info) {
  return info.param;
}

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_CONFORMANCE_FIXTURE_H_
