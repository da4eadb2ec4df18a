#include "tests/faults/crash_parties.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace lagesbild::testing {
namespace {

constexpr int kChangesPerPage = 1000;
constexpr absl::Duration kLook = absl::Milliseconds(20);

}  // namespace

Writer::Writer(const std::string& engine, const std::string& place,
               const std::string& prefix) {
  const char* folder = std::getenv("LAGESBILD_BIN_DIR");
  const std::string program =
      absl::StrCat(folder != nullptr ? folder : ".", "/ledger_writer");
  const std::string outstanding = absl::StrCat(kWriterOutstanding);
  int ends[2];
  if (pipe(ends) != 0) return;
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    execl(program.c_str(), "ledger_writer", engine.c_str(), place.c_str(),
          prefix.c_str(), outstanding.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  out_ = fdopen(ends[0], "r");
}

Writer::~Writer() {
  Kill();
  if (out_ != nullptr) std::fclose(out_);
}

bool Writer::Next(Acknowledged* acknowledged) {
  char line[256];
  if (std::fgets(line, sizeof(line), out_) == nullptr) return false;
  const std::string text = line;
  if (text.back() != '\n') return false;
  std::istringstream in(text);
  in >> acknowledged->revision >> acknowledged->id;
  return true;
}

void Writer::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

Reader::Reader(std::unique_ptr<ledger::Ledger> ledger)
    : ledger_(std::move(ledger)), thread_([this] { Run(); }) {}

void Reader::Stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Reader::Run() {
  ledger::Revision at = 0;
  const auto begin = ledger_->ReadHead();
  if (begin.ok()) at = begin->revision;
  while (!stopping_) {
    if (!ledger_->WaitForHead(at, kLook).ok()) continue;
    const auto page = ledger_->ReadChanges(at, kChangesPerPage);
    if (!page.ok()) continue;
    for (const ledger::RevisionChanges& changes : page->revisions) {
      at = changes.revision;
      seen_[at] = changes.chain;
    }
  }
}

}  // namespace lagesbild::testing
