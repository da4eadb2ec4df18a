#ifndef LAGESBILD_TESTS_FAULTS_CRASH_PARTIES_H_
#define LAGESBILD_TESTS_FAULTS_CRASH_PARTIES_H_

#include <sys/types.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "lib/ledger/ledger.h"
#include "tests/faults/crash_auditor.h"

namespace lagesbild::testing {

inline constexpr int kWriterOutstanding = 24;

// A ledger_writer, killed at the latest with this object.
class Writer {
 public:
  Writer(const std::string& engine, const std::string& place,
         const std::string& prefix);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // The next acknowledged commit; false at the end. A line that the end cut off
  // was not told.
  bool Next(Acknowledged* acknowledged);
  void Kill();

 private:
  pid_t pid_ = -1;
  std::FILE* out_ = nullptr;
};

// Reads along while another writes, as a watcher does, and keeps what it was
// shown. Storage may go away and come back.
class Reader {
 public:
  explicit Reader(std::unique_ptr<ledger::Ledger> ledger);
  ~Reader() { Stop(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void Stop();
  // The chain at each revision; after Stop.
  const std::map<ledger::Revision, std::string>& seen() const { return seen_; }

 private:
  void Run();

  const std::unique_ptr<ledger::Ledger> ledger_;
  std::map<ledger::Revision, std::string> seen_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_FAULTS_CRASH_PARTIES_H_
