#include "tests/testing/note_board.h"

#include <stdexcept>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "lib/watch/renderer.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace lagesbild::testing {
namespace {

using v1::NoteChange;

constexpr std::size_t kPageBytes = 64 << 10;
constexpr int kChangesPerRead = 4096;

NoteChange Deletion(const std::string& key) {
  NoteChange change;
  change.set_type(watch::v1::CHANGE_TYPE_REMOVED);
  change.mutable_note()->set_key(key);
  return change;
}

NoteChange Writing(const std::string& key, const std::string& text) {
  NoteChange change;
  change.set_type(watch::v1::CHANGE_TYPE_UPSERTED);
  change.mutable_note()->set_key(key);
  change.mutable_note()->set_text(text);
  return change;
}

std::vector<NoteChange> ChangesUnder(const std::string& prefix,
                                     const ledger::RevisionChanges& revision) {
  std::vector<NoteChange> changes;
  for (const ledger::Change& c : revision.changes) {
    if (!absl::StartsWith(c.key, prefix)) continue;
    changes.push_back(c.after ? Writing(c.key, *c.after) : Deletion(c.key));
  }
  return changes;
}

class NoteRenderer final : public watch::Renderer {
 public:
  NoteRenderer(std::string prefix, view::View<Notes>* view,
               std::atomic<int>* renderings)
      : prefix_(std::move(prefix)), view_(view), renderings_(renderings) {}

  std::string SharingKey() const override { return prefix_; }

  std::optional<std::string> RenderChange(
      const ledger::RevisionChanges& revision) override {
    ++*renderings_;
    std::string bytes;
    for (const NoteChange& change : ChangesUnder(prefix_, revision)) {
      Append(change, &bytes);
    }
    if (bytes.empty()) return std::nullopt;
    return bytes;
  }

  absl::StatusOr<watch::SnapshotPages> OpenSnapshot() override {
    if (prefix_ == kThrowing) throw std::runtime_error(kThrowing);
    auto notes = std::make_shared<std::vector<NoteChange>>();
    watch::SnapshotPages pages;
    view_->Read([&](const Notes& state, const ledger::Head& head) {
      pages.at = head;
      for (const auto& [key, text] : state.by_key) {
        if (absl::StartsWith(key, prefix_)) {
          notes->push_back(Writing(key, text));
        }
      }
    });
    pages.next = [notes, i = std::size_t{0}]() mutable {
      std::string page;
      while (i < notes->size() && page.size() < kPageBytes) {
        Append((*notes)[i++], &page);
      }
      return page;
    };
    return pages;
  }

 private:
  static void Append(const NoteChange& change, std::string* bytes) {
    if (change.note().text() == kThrowing) throw std::runtime_error(kThrowing);
    watch::AppendChange(change, bytes);
  }

  const std::string prefix_;
  view::View<Notes>* const view_;
  std::atomic<int>* const renderings_;
};

}  // namespace

std::string Name(const NoteChange& change) {
  if (change.type() == watch::v1::CHANGE_TYPE_REMOVED) {
    return Removed(change.note().key());
  }
  return Upserted(change.note().key(), change.note().text());
}

WatchTruth::Changes Names(const v1::WatchNotesResponse& response) {
  WatchTruth::Changes names;
  for (const NoteChange& c : response.changes()) names.push_back(Name(c));
  return names;
}

NoteTruth::NoteTruth(ledger::Ledger* ledger)
    : ledger_(ledger), start_(*ledger->ReadHead()) {}

void NoteTruth::ReadOn() {
  while (true) {
    const auto page = ledger_->ReadChanges(read_, kChangesPerRead);
    if (!page.ok() || page->revisions.empty()) return;
    for (const ledger::RevisionChanges& changes : page->revisions) {
      read_ = changes.revision;
      log_.emplace(read_, changes);
    }
  }
}

void NoteTruth::CatchUp() {
  base::MutexLock lock(&mutex_);
  ReadOn();
}

const ledger::RevisionChanges* NoteTruth::Find(ledger::Revision revision) {
  if (revision > read_) ReadOn();
  const auto found = log_.find(revision);
  return found == log_.end() ? nullptr : &found->second;
}

std::optional<NoteTruth::Changes> NoteTruth::Change(ledger::Revision revision,
                                                    const std::string& prefix) {
  base::MutexLock lock(&mutex_);
  const ledger::RevisionChanges* found = Find(revision);
  if (found == nullptr) return std::nullopt;
  Changes names;
  for (const NoteChange& c : ChangesUnder(prefix, *found)) {
    names.push_back(Name(c));
  }
  return names;
}

std::optional<NoteTruth::Changes> NoteTruth::Picture(
    ledger::Revision revision, const std::string& prefix) {
  const auto versions = ledger_->ReadHistory(prefix, revision);
  if (!versions.ok()) return std::nullopt;
  Changes names;
  for (const ledger::Version& v : *versions) {
    if (v.value) names.push_back(Upserted(v.key, *v.value));
  }
  return names;
}

absl::Status NoteTruth::CheckPosition(const ledger::Position& position) {
  base::MutexLock lock(&mutex_);
  const ledger::RevisionChanges* found = Find(position.revision);
  const bool known = found != nullptr || position.revision == start_.revision;
  if (!known) return ledger_->CheckPosition(position);
  const std::string& chain = found != nullptr ? found->chain : start_.chain;
  if (position.chain == chain && position.store_id == ledger_->StoreId()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("another history's");
}

WatchTruth NoteTruth::For(const std::string& prefix) {
  WatchTruth truth;
  truth.change = [this, prefix](ledger::Revision revision) {
    return Change(revision, prefix);
  };
  truth.picture = [this, prefix](ledger::Revision revision) {
    return Picture(revision, prefix);
  };
  truth.position = [this](const ledger::Position& position) {
    return CheckPosition(position);
  };
  truth.head = [this] { return ledger_->ReadHead()->revision; };
  return truth;
}

void SkipDetector::OnRevision(
    std::shared_ptr<const ledger::RevisionChanges> changes) {
  if (changes->revision != last_ + 1) ++skips_;
  last_ = changes->revision;
}

void SkipDetector::OnReload(const ledger::Head& head) {
  if (last_ >= 0 && head.revision != last_) ++skips_;
  last_ = head.revision;
}

NoteBoard::NoteBoard(ledger::Ledger* ledger, const base::Clock* clock,
                     watch::WatchHubOptions options)
    : ledger_(ledger), truth_(ledger) {
  options.service = "notes";
  view_ = *view::View<Notes>::Open(ledger, clock, &executor_, &logger_);
  view_->AddListener(&skips_);
  hub_ = std::make_unique<watch::WatchHub>(
      view_->core(), ledger, clock, &executor_, &logger_, std::move(options));
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

NoteBoard::~NoteBoard() {
  Shutdown(absl::ZeroDuration());
  hub_.reset();
  view_->RemoveListener(&skips_);
}

watch::WatchReactor* NoteBoard::WatchNotes(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* bytes) {
  v1::WatchNotesRequest request;
  grpc::ByteBuffer copy = *bytes;
  const grpc::Status parsed =
      grpc::SerializationTraits<v1::WatchNotesRequest>::Deserialize(&copy,
                                                                    &request);
  if (!parsed.ok()) return watch::WatchHub::Refuse(parsed);
  watch::WatchRequest watch;
  watch.cursor = request.cursor();
  watch.renderer = NewRenderer(request.prefix());
  watch.prompt_bookmarks = request.prompt_bookmarks();
  return hub_->Watch(context, std::move(watch));
}

ledger::Revision NoteBoard::Put(const std::string& key,
                                std::optional<std::string> text,
                                const watch::Basis& basis) {
  ledger::Transaction transaction;
  transaction.writes.push_back({key, std::move(text), std::nullopt});
  if (!basis.empty()) transaction.meta.basis = watch::EncodeBasis(basis);
  return Commit(std::move(transaction));
}

ledger::Revision NoteBoard::PutAll(
    const std::map<std::string, std::string>& notes) {
  ledger::Transaction transaction;
  for (const auto& [key, text] : notes) {
    transaction.writes.push_back({key, text, std::nullopt});
  }
  return Commit(std::move(transaction));
}

ledger::Revision NoteBoard::Commit(ledger::Transaction transaction) {
  const auto committed = ledger::CommitAndWait(ledger_, std::move(transaction));
  EXPECT_THAT(committed, IsOk());
  if (!committed.ok()) return 0;
  Heard<absl::Status> shown;
  view_->WhenReached(committed->revision, kPatience, shown.callback());
  EXPECT_THAT(shown.Wait(), IsOk());
  return committed->revision;
}

void NoteBoard::Shutdown(absl::Duration grace) {
  if (!server_) return;
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  server_->Wait();
  server_.reset();
}

std::shared_ptr<watch::Renderer> NoteBoard::NewRenderer(
    const std::string& prefix) {
  return std::make_shared<NoteRenderer>(prefix, view_.get(), &renderings_);
}

std::unique_ptr<v1::NoteBoard::Stub> NoteBoard::NewStub() const {
  return v1::NoteBoard::NewStub(
      grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()));
}

}  // namespace lagesbild::testing
