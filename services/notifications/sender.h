#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_SENDER_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_SENDER_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"
#include "lib/ledger/lease_keeper.h"
#include "lib/ledger/ledger.h"
#include "lib/view/view.h"
#include "lib/view/writer.h"
#include "services/notifications/notifications_state.h"
#include "services/notifications/sender_rules.h"
#include "services/notifications/webhook_client.h"

namespace lagesbild::notifications {

// Of all replicas one sends: the holder of this lease.
inline constexpr char kSenderLease[] = "sender";
inline constexpr absl::Duration kSenderLeaseTtl = absl::Seconds(10);
inline constexpr int kMaxUnderWay = 64;
// Answers that wait to be recorded; beyond this nothing new is sent.
inline constexpr int kMaxUnrecorded = 1024;

struct SenderOptions {
  std::string holder;     // unlike any other process': an id
  std::string source;     // of the events: "lagesbild/regions/<region>"
  std::string link_base;  // ends in "/"; empty: no links
  WebhookClientOptions client;
  std::function<double()> random;  // in [0, 1); called on the sender's thread
};

// Takes deliveries to their receivers: at least once, always under the same
// webhook-id, in the order of events for each subscription (sender_rules.h).
// Every attempt is recorded in the ledger before the next one of its delivery,
// fenced by the lease; what was answered but not recorded when the process died
// is sent again under the same id.
//
// One thread of its own; nothing runs on RPC threads. Thread-safe.
class Sender final : private view::ViewListener {
 public:
  // What is passed must outlive the sender.
  Sender(view::View<NotificationsState>* view, ledger::Ledger* ledger,
         const base::Clock* clock, base::Logger* logger, SenderOptions options);
  ~Sender() override { Stop(); }

  void Start();

  // Records what was answered, frees the lease and ends the thread. Idempotent.
  void Stop();

  // Looks at the clock and at what is due now. The sender does so by itself
  // when a delivery gets due by the system's clock; a test that moves a clock
  // of its own calls it.
  void Wake() { client_.Wake(); }

 private:
  void OnRevision(std::shared_ptr<const ledger::RevisionChanges>) override {
    Wake();
  }
  void OnReload(const ledger::Head&) override { Wake(); }

  void Run();
  bool KeepLease();
  void PostDue();
  void Post(const Due& due);
  void Take(std::vector<WebhookAnswer> answers);
  void Record();
  void TakeRecorded();
  void Recorded(const absl::Status& status);
  void Forget();
  absl::Duration Pause() const;
  bool Stopping() const;
  void Finish();

  view::View<NotificationsState>* const view_;
  const base::Clock* const clock_;
  base::Logger* const logger_;
  const SenderOptions options_;
  view::Writer<NotificationsState> writer_;
  ledger::LeaseKeeper lease_;
  WebhookClient client_;

  // Only the thread's.
  bool leading_ = false;
  absl::Duration next_beat_;     // monotonic
  absl::Duration record_after_;  // monotonic; after storage failed
  absl::Time next_due_;
  TakenById taken_;
  std::map<std::string, std::size_t> posted_;  // attempts before, by id
  MadeById made_;                              // to be recorded
  MadeById recording_;                         // in the commit under way

  mutable base::Mutex mutex_;
  base::CondVar recorded_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool committing_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> result_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_SENDER_H_
