#ifndef LAGESBILD_BENCH_COMMIT_LOAD_H_
#define LAGESBILD_BENCH_COMMIT_LOAD_H_

#include <string>

#include "absl/time/time.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::bench {

// The work that ours and the peers do alike: commits of one record each, of
// kRecordBytes, under one of kKeys keys.
inline constexpr int kRecordBytes = 400;
inline constexpr int kKeys = 10'000'000;
inline constexpr absl::Duration kMeasured = absl::Seconds(2);

std::string KeyOf(unsigned number);
ledger::Transaction TransactionOf(unsigned number);

// Durable commits a second with so many outstanding.
double MeasureLedger(ledger::Ledger* ledger, int outstanding);

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_COMMIT_LOAD_H_
