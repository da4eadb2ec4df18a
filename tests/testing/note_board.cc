#include "tests/testing/note_board.h"

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
constexpr ledger::Revision kRevisionsPerPicture = 1000;

NoteChange Removed(const std::string& key) {
  NoteChange change;
  change.set_type(watch::v1::CHANGE_TYPE_REMOVED);
  change.mutable_note()->set_key(key);
  return change;
}

NoteChange Upserted(const std::string& key, const std::string& text) {
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
    changes.push_back(c.after ? Upserted(c.key, *c.after) : Removed(c.key));
  }
  return changes;
}

void ApplyTo(const ledger::RevisionChanges& revision,
             std::map<std::string, std::string>* notes) {
  for (const ledger::Change& c : revision.changes) {
    if (c.after) {
      (*notes)[c.key] = *c.after;
    } else {
      notes->erase(c.key);
    }
  }
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
      watch::AppendChange(change, &bytes);
    }
    if (bytes.empty()) return std::nullopt;
    return bytes;
  }

  absl::StatusOr<watch::SnapshotPages> OpenSnapshot() override {
    auto notes = std::make_shared<std::vector<NoteChange>>();
    watch::SnapshotPages pages;
    view_->Read([&](const Notes& state, const ledger::Head& head) {
      pages.at = head;
      for (const auto& [key, text] : state.by_key) {
        if (absl::StartsWith(key, prefix_)) {
          notes->push_back(Upserted(key, text));
        }
      }
    });
    pages.next = [notes, i = std::size_t{0}]() mutable {
      std::string page;
      while (i < notes->size() && page.size() < kPageBytes) {
        watch::AppendChange((*notes)[i++], &page);
      }
      return page;
    };
    return pages;
  }

 private:
  const std::string prefix_;
  view::View<Notes>* const view_;
  std::atomic<int>* const renderings_;
};

}  // namespace

std::string Name(const NoteChange& change) {
  if (change.type() == watch::v1::CHANGE_TYPE_REMOVED) {
    return absl::StrCat("-", change.note().key());
  }
  return absl::StrCat("+", change.note().key(), "=", change.note().text());
}

WatchAuditor::Changes Names(const v1::WatchNotesResponse& response) {
  WatchAuditor::Changes names;
  for (const NoteChange& c : response.changes()) names.push_back(Name(c));
  return names;
}

void NoteTruth::OnRevision(
    std::shared_ptr<const ledger::RevisionChanges> changes) {
  base::MutexLock lock(&mutex_);
  const ledger::Revision revision = changes->revision;
  ApplyTo(*changes, &now_);
  if (revision % kRevisionsPerPicture == 0) kept_.emplace(revision, now_);
  seen_.emplace(revision, std::move(changes));
  came_.SignalAll();
}

bool NoteTruth::WaitFor(ledger::Revision revision) {
  while (revision > 0 && seen_.count(revision) == 0) {
    if (!came_.WaitFor(&mutex_, kPatience)) return false;
  }
  return true;
}

std::optional<WatchAuditor::Changes> NoteTruth::Picture(
    ledger::Revision revision, const std::string& prefix) {
  NotesByKey picture;
  {
    base::MutexLock lock(&mutex_);
    if (!WaitFor(revision)) return std::nullopt;
    const auto kept = std::prev(kept_.upper_bound(revision));
    picture = kept->second;
    for (ledger::Revision r = kept->first + 1; r <= revision; ++r) {
      ApplyTo(*seen_.at(r), &picture);
    }
  }
  WatchAuditor::Changes names;
  for (const auto& [key, text] : picture) {
    if (absl::StartsWith(key, prefix))
      names.push_back(Name(Upserted(key, text)));
  }
  return names;
}

std::optional<WatchAuditor::Changes> NoteTruth::Shown(
    ledger::Revision revision, const std::string& prefix) {
  std::shared_ptr<const ledger::RevisionChanges> found;
  {
    base::MutexLock lock(&mutex_);
    if (!WaitFor(revision)) return std::nullopt;
    found = seen_.at(revision);
  }
  WatchAuditor::Changes names;
  for (const NoteChange& c : ChangesUnder(prefix, *found)) {
    names.push_back(Name(c));
  }
  return names;
}

NoteBoard::NoteBoard(ledger::Ledger* ledger, const base::Clock* clock,
                     watch::WatchHubOptions options)
    : ledger_(ledger) {
  options.service = "notes";
  view_ = *view::View<Notes>::Open(ledger, clock, &executor_, &logger_);
  view_->AddListener(&truth_);
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
  view_->RemoveListener(&truth_);
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
  watch.renderer = std::make_shared<NoteRenderer>(request.prefix(), view_.get(),
                                                  &renderings_);
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

std::unique_ptr<v1::NoteBoard::Stub> NoteBoard::NewStub() const {
  return v1::NoteBoard::NewStub(
      grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()));
}

}  // namespace lagesbild::testing
