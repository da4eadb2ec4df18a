#ifndef LAGESBILD_LIB_VIEW_VIEW_FIXTURE_H_
#define LAGESBILD_LIB_VIEW_VIEW_FIXTURE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/view/view.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/faulty_ledger.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace lagesbild::view {

// The simplest state: every record as it is.
struct Records {
  void Apply(const std::string& key, const std::optional<std::string>& value,
             ledger::Revision revision, absl::Time recorded) {
    if (value) {
      by_key[key] = {*value, revision, recorded};
    } else {
      by_key.erase(key);
    }
  }

  std::string Value(const std::string& key) const {
    const auto found = by_key.find(key);
    return found == by_key.end() ? "" : found->second.value;
  }

  struct Record {
    std::string value;
    ledger::Revision revision = 0;
    absl::Time recorded;
  };
  std::map<std::string, Record> by_key;
};

inline constexpr absl::Duration kBudget = absl::Seconds(5);

// A memory ledger behind a door that can be shut, and a view of it.
class ViewFixture : public ::testing::Test {
 protected:
  void Open() {
    auto view = View<Records>::Open(&ledger_, &clock_, &executor_, &logger_);
    ASSERT_THAT(view, testing::IsOk());
    view_ = *std::move(view);
  }

  ledger::Revision Put(const std::string& key,
                       std::optional<std::string> value) {
    ledger::Transaction transaction;
    transaction.writes.push_back({key, std::move(value), std::nullopt});
    transaction.meta.actor = "test";
    const auto committed =
        ledger::CommitAndWait(&ledger_, std::move(transaction));
    EXPECT_THAT(committed, testing::IsOk());
    return committed.ok() ? committed->revision : 0;
  }

  // What the view shows under `key` once it has reached `revision`.
  std::string ValueAt(ledger::Revision revision, const std::string& key) {
    testing::Heard<absl::Status> reached;
    view_->WhenReached(revision, kBudget, reached.callback());
    EXPECT_THAT(reached.Wait(), testing::IsOk());
    return Value(key);
  }

  std::string Value(const std::string& key) {
    return view_->Read([&](const Records& records, const ledger::Head&) {
      return records.Value(key);
    });
  }

  testing::FakeClock clock_;
  base::RandomIds ids_;
  base::NullLogger logger_;
  std::unique_ptr<ledger::Ledger> store_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  testing::FaultyLedger ledger_{store_.get()};
  base::ThreadPool executor_{2};
  std::unique_ptr<View<Records>> view_;
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_VIEW_FIXTURE_H_
