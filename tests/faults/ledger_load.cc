#include "tests/faults/ledger_load.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lagesbild::testing {
namespace {

using ledger::Committed;
using ledger::Ledger;
using ledger::Transaction;

constexpr int kRecords = 50;
constexpr int kBytes = 300;

constexpr char kRequest[] = "/request";
constexpr char kDelete[] = "/delete";
constexpr char kStep[] = "/step";

bool IsStep(const std::string& id) { return absl::EndsWith(id, kStep); }

// Where the step key stands in the ledger.
ledger::Revision LastStep(Ledger* ledger) {
  const auto versions = ledger->ReadVersions(kStepKey);
  return versions.ok() && !versions->empty() ? versions->back().revision : 0;
}

}  // namespace

bool HasRequest(const std::string& id) {
  return absl::EndsWith(id, kRequest) || absl::EndsWith(id, kDelete) ||
         IsStep(id);
}

Transaction LoadTransaction(const std::string& id) {
  Transaction transaction;
  const std::size_t record = std::hash<std::string>()(id) % kRecords;
  for (int i = 0; i < kKeysPerTransaction; ++i) {
    transaction.writes.push_back(
        {absl::StrCat("part", i, "/", record),
         absl::StrCat(id, "|", std::string(kBytes, char('a' + i))),
         std::nullopt});
  }
  if (absl::EndsWith(id, kDelete)) transaction.writes[1].value = std::nullopt;
  if (IsStep(id)) transaction.writes[2].key = kStepKey;
  transaction.meta.cause = id;
  if (HasRequest(id)) {
    transaction.meta.request = {"agency", "Load", id, "digest of " + id};
  }
  return transaction;
}

std::string LoadId(const std::string& prefix, std::int64_t n) {
  constexpr const char* kKinds[] = {"", kRequest, kDelete};
  return absl::StrCat(prefix, n, kKinds[n % 3]);
}

std::string StepId(const std::string& prefix, std::int64_t n) {
  return absl::StrCat(prefix, n, kStep);
}

LedgerLoad::LedgerLoad(Ledger* ledger, std::string prefix, int outstanding,
                       Told told, Refused refused)
    : ledger_(ledger),
      prefix_(std::move(prefix)),
      told_(std::move(told)),
      refused_(std::move(refused)),
      step_(LastStep(ledger)) {
  for (int i = 0; i < outstanding; ++i) {
    {
      base::MutexLock lock(&mutex_);
      ++outstanding_;
    }
    Send(NextId(i == 1));
  }
}

LedgerLoad::~LedgerLoad() {
  base::MutexLock lock(&mutex_);
  stopping_ = true;
  while (outstanding_ > 0) done_.Wait(&mutex_);
}

std::string LedgerLoad::NextId(bool step) {
  return step ? StepId(prefix_, next_step_++) : LoadId(prefix_, next_++);
}

void LedgerLoad::Send(const std::string& id) {
  Transaction transaction = LoadTransaction(id);
  if (IsStep(id)) transaction.writes[2].expected = step_;
  ledger_->Commit(std::move(transaction),
                  [this, id](const absl::StatusOr<Committed>& committed) {
                    Hear(id, committed);
                  });
}

void LedgerLoad::Hear(const std::string& id,
                      const absl::StatusOr<Committed>& committed) {
  if (committed.ok()) {
    if (IsStep(id)) step_ = committed->revision;
    ++acknowledged_;
    told_({committed->revision, id});
  } else {
    ++refusals_;
    refused_(committed.status());
  }
  if (Done()) return;
  const bool again = !committed.ok() && HasRequest(id);
  Send(again ? id : NextId(IsStep(id)));
}

// Whether this was one of the last.
bool LedgerLoad::Done() {
  base::MutexLock lock(&mutex_);
  if (!stopping_) return false;
  --outstanding_;
  done_.SignalAll();
  return true;
}

}  // namespace lagesbild::testing
