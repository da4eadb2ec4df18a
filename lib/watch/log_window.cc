#include "lib/watch/log_window.h"

#include <utility>

namespace lagesbild::watch {
namespace {

// What an entry costs beside its records' bytes, roughly.
constexpr std::size_t kEntryOverhead = 512;

std::size_t Bytes(const ledger::RevisionChanges& changes) {
  std::size_t bytes = kEntryOverhead;
  for (const ledger::Change& change : changes.changes) {
    bytes += change.key.size() + sizeof(change);
    if (change.after) bytes += change.after->size();
    if (change.before && change.before->value) {
      bytes += change.before->value->size();
    }
  }
  return bytes;
}

Basis Merged(Basis basis, const std::string& news) {
  MergeBasis(DecodeBasis(news), &basis);
  return basis;
}

}  // namespace

LogEntry::LogEntry(std::shared_ptr<const ledger::RevisionChanges> changes,
                   const Basis& before)
    : changes_(std::move(changes)),
      place_{changes_->revision, changes_->chain, changes_->recorded,
             Merged(before, changes_->meta.basis)} {}

const std::string& LogEntry::Header(const Origin& origin) const {
  std::call_once(header_once_, [&] {
    header_ = HeaderAt(origin, place_, v1::MESSAGE_KIND_CHANGE);
  });
  return header_;
}

void LogWindow::Reset(const ledger::Head& head) {
  base::MutexLock lock(&mutex_);
  entries_.clear();
  bytes_ = 0;
  base_ = head.revision;
  base_chain_ = head.chain;
}

void LogWindow::Append(std::shared_ptr<const ledger::RevisionChanges> changes) {
  base::MutexLock lock(&mutex_);
  const Basis before =
      entries_.empty() ? Basis() : entries_.back()->place().basis;
  bytes_ += Bytes(*changes);
  entries_.push_back(
      std::make_shared<const LogEntry>(std::move(changes), before));
  Shrink();
}

void LogWindow::Shrink() {
  while (entries_.size() > 1 &&
         (entries_.size() > max_revisions_ || bytes_ > max_bytes_)) {
    const LogEntry& oldest = *entries_.front();
    base_ = oldest.place().revision;
    base_chain_ = oldest.place().chain;
    bytes_ -= Bytes(oldest.changes());
    entries_.pop_front();
  }
}

LogWindow::Next LogWindow::After(ledger::Revision revision) const {
  base::MutexLock lock(&mutex_);
  if (revision < base_) return {nullptr, true};
  const std::size_t index = static_cast<std::size_t>(revision - base_);
  if (index >= entries_.size()) return {};
  return {entries_[index], false};
}

LogWindow::Verdict LogWindow::Check(ledger::Revision revision,
                                    const std::string& chain) const {
  base::MutexLock lock(&mutex_);
  if (revision < base_) return Verdict::kUnknown;
  const std::size_t index = static_cast<std::size_t>(revision - base_);
  if (index > entries_.size()) return Verdict::kUnknown;
  const std::string& seen =
      index == 0 ? base_chain_ : entries_[index - 1]->place().chain;
  return seen == chain ? Verdict::kHere : Verdict::kForeign;
}

Place LogWindow::Head() const {
  base::MutexLock lock(&mutex_);
  if (!entries_.empty()) return entries_.back()->place();
  return Place{base_, base_chain_, std::nullopt, {}};
}

}  // namespace lagesbild::watch
