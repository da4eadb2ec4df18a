#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_FAKE_UPSTREAM_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_FAKE_UPSTREAM_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/rpc/status.h"
#include "lib/view/view.h"
#include "lib/watch/watch_hub.h"
#include "tests/testing/status_matchers.h"

// For tests: stand-ins for the services that notifications follow. Ledger,
// view, hub and gRPC are the real ones; only the business is missing: records
// are what the test puts there.
namespace lagesbild::notifications {

// What a kind's service does with a Watch call.
using OpenWatch = std::function<watch::WatchReactor*(
    grpc::CallbackServerContext*, const grpc::ByteBuffer*)>;

struct SiteBoard {
  using Record = registry::v1::Site;
  using Change = registry::v1::SiteChange;
  using Request = registry::v1::WatchSitesRequest;
  static constexpr char kService[] = "registry";
  static Record* In(Change* change) { return change->mutable_site(); }

  class Service final
      : public registry::v1::SiteRegistry::WithRawCallbackMethod_WatchSites<
            registry::v1::SiteRegistry::Service> {
   public:
    explicit Service(OpenWatch open) : open_(std::move(open)) {}
    watch::WatchReactor* WatchSites(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* bytes) override {
      return open_(context, bytes);
    }

   private:
    const OpenWatch open_;
  };
};

struct ExposureBoard {
  using Record = proximity::v1::Exposure;
  using Change = proximity::v1::ExposureChange;
  using Request = proximity::v1::WatchExposuresRequest;
  static constexpr char kService[] = "proximity";
  static Record* In(Change* change) { return change->mutable_exposure(); }

  class Service final : public proximity::v1::ProximityAnalysis::
                            WithRawCallbackMethod_WatchExposures<
                                proximity::v1::ProximityAnalysis::Service> {
   public:
    explicit Service(OpenWatch open) : open_(std::move(open)) {}
    watch::WatchReactor* WatchExposures(
        grpc::CallbackServerContext* context,
        const grpc::ByteBuffer* bytes) override {
      return open_(context, bytes);
    }

   private:
    const OpenWatch open_;
  };
};

struct GapBoard {
  using Record = interventions::v1::CoverageGap;
  using Change = interventions::v1::CoverageGapChange;
  using Request = interventions::v1::WatchCoverageGapsRequest;
  static constexpr char kService[] = "interventions";
  static Record* In(Change* change) { return change->mutable_gap(); }

  class Service final
      : public interventions::v1::InterventionTracking::
            WithRawCallbackMethod_WatchCoverageGaps<
                interventions::v1::InterventionTracking::Service> {
   public:
    explicit Service(OpenWatch open) : open_(std::move(open)) {}
    watch::WatchReactor* WatchCoverageGaps(
        grpc::CallbackServerContext* context,
        const grpc::ByteBuffer* bytes) override {
      return open_(context, bytes);
    }

   private:
    const OpenWatch open_;
  };
};

// Serialised records by name; "touch" is no record but what was reflected last.
struct Board {
  static constexpr char kTouch[] = "touch";

  void Apply(const std::string& key, const std::optional<std::string>& value,
             ledger::Revision, absl::Time) {
    if (key == kTouch) {
      basis = watch::DecodeBasis(*value);
      return;
    }
    records.erase(key);
    if (value) records[key] = *value;
  }
  std::map<std::string, std::string> records;
  watch::Basis basis;
};

template <typename Kind>
std::string ChangeBytes(const std::string& name,
                        const std::optional<std::string>& value) {
  typename Kind::Change change;
  if (value) {
    change.set_type(lagesbild::watch::v1::CHANGE_TYPE_UPSERTED);
    Kind::In(&change)->ParseFromString(*value);
  } else {
    change.set_type(lagesbild::watch::v1::CHANGE_TYPE_REMOVED);
    Kind::In(&change)->set_name(name);
  }
  std::string bytes;
  watch::AppendChange(change, &bytes);
  return bytes;
}

template <typename Kind>
class BoardRenderer final : public watch::Renderer {
 public:
  explicit BoardRenderer(view::View<Board>* view) : view_(view) {}

  std::string SharingKey() const override { return "all"; }

  std::optional<std::string> RenderChange(
      const ledger::RevisionChanges& revision) override {
    std::string bytes;
    for (const ledger::Change& change : revision.changes) {
      if (change.key == Board::kTouch) continue;
      bytes += ChangeBytes<Kind>(change.key, change.after);
    }
    if (bytes.empty()) return std::nullopt;
    return bytes;
  }

  absl::StatusOr<watch::SnapshotPages> OpenSnapshot() override {
    watch::SnapshotPages pages;
    std::string page;
    view_->Read([&](const Board& board, const ledger::Head& head) {
      pages.at = head;
      pages.basis = board.basis;
      for (const auto& [name, bytes] : board.records) {
        page += ChangeBytes<Kind>(name, bytes);
      }
    });
    pages.next = [page = std::move(page)]() mutable {
      return std::exchange(page, "");
    };
    return pages;
  }

 private:
  view::View<Board>* const view_;
};

// One upstream, on an in-process channel.
template <typename Kind>
class FakeUpstream final {
 public:
  explicit FakeUpstream(const base::Clock* clock)
      : clock_(clock), ledger_(ledger::NewMemoryLedger(clock, &ids_)) {
    Open();
  }
  ~FakeUpstream() { Close(); }
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  std::shared_ptr<grpc::Channel> channel() {
    return server_->InProcessChannel({});
  }

  // One revision.
  ledger::Revision Put(const typename Kind::Record& record) {
    return Commit(record.name(), record.SerializeAsString(), {});
  }
  ledger::Revision Remove(const std::string& name) {
    return Commit(name, std::nullopt, {});
  }
  // A revision that shows nothing, but that other ledgers are reflected.
  ledger::Revision Touch(const watch::Basis& basis) {
    return Commit(Board::kTouch, watch::EncodeBasis(basis), basis);
  }

  lagesbild::access::v1::Position position() {
    lagesbild::access::v1::Position position;
    position.set_service(Kind::kService);
    position.set_store_id(ledger_->StoreId());
    position.set_revision(ledger_->ReadHead()->revision);
    return position;
  }

  // Cuts off the log that is shown already, under the streams that run: they
  // end, and whoever lags is refused. Gives the first revision whose cursor is
  // not.
  ledger::Revision Compact() {
    const ledger::Revision shown = view_->Head().revision;
    EXPECT_THAT(ledger_->Compact(shown), ::lagesbild::testing::IsOk());
    view_->Reload();
    return shown;
  }
  // As after a restart when the log was compacted: old cursors are refused.
  // Channels taken before are of no use any more.
  void CompactAndRestart() {
    Close();
    EXPECT_THAT(ledger_->Compact(ledger_->ReadHead()->revision),
                ::lagesbild::testing::IsOk());
    Open();
  }
  // As after the loss of everything.
  void StartOver() {
    Close();
    ledger_ = ledger::NewMemoryLedger(clock_, &ids_);
    Open();
  }

 private:
  void Open() {
    view_ =
        *view::View<Board>::Open(ledger_.get(), clock_, &executor_, &logger_);
    watch::WatchHubOptions options;
    options.service = Kind::kService;
    options.to_grpc_status = rpc::ToGrpc;
    hub_ = std::make_unique<watch::WatchHub>(view_->core(), ledger_.get(),
                                             clock_, &executor_, &logger_,
                                             std::move(options));
    service_ = std::make_unique<typename Kind::Service>(
        [this](auto* context, auto* bytes) { return Watch(context, bytes); });
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
  }

  void Close() {
    hub_->Drain();
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
    service_.reset();
    hub_.reset();
    view_.reset();
  }

  ledger::Revision Commit(const std::string& key,
                          std::optional<std::string> value,
                          const watch::Basis& basis) {
    ledger::Transaction transaction;
    transaction.writes = {{key, std::move(value), std::nullopt}};
    if (!basis.empty()) transaction.meta.basis = watch::EncodeBasis(basis);
    const auto committed =
        ledger::CommitAndWait(ledger_.get(), std::move(transaction));
    EXPECT_THAT(committed, ::lagesbild::testing::IsOk());
    if (!committed.ok()) return 0;
    // As services do, which answer a write when they show it.
    while (view_->Head().revision < committed->revision) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    return committed->revision;
  }

  watch::WatchReactor* Watch(grpc::CallbackServerContext* context,
                             const grpc::ByteBuffer* bytes) {
    typename Kind::Request asked;
    grpc::ByteBuffer copy(*bytes);
    grpc::SerializationTraits<typename Kind::Request>::Deserialize(&copy,
                                                                   &asked);
    watch::WatchRequest request;
    request.cursor = asked.cursor();
    request.renderer = std::make_shared<BoardRenderer<Kind>>(view_.get());
    request.prompt_bookmarks = true;
    return hub_->Watch(context, std::move(request));
  }

  const base::Clock* const clock_;
  base::RandomIds ids_;
  base::NullLogger logger_;
  base::ThreadPool executor_{1};
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<view::View<Board>> view_;
  std::unique_ptr<watch::WatchHub> hub_;
  // A gRPC service belongs to one server for good.
  std::unique_ptr<typename Kind::Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_FAKE_UPSTREAM_H_
