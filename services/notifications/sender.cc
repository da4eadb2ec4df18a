#include "services/notifications/sender.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"
#include "services/notifications/cloud_event.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::notifications {
namespace {

const absl::Duration kBeat = kSenderLeaseTtl / 4;
// How long an attempt may take to be recorded and shown.
constexpr absl::Duration kRecordBudget = absl::Seconds(10);
// The pause after storage refused a record.
constexpr absl::Duration kRecordPause = absl::Seconds(1);

}  // namespace

Sender::Sender(view::View<NotificationsState>* view, ledger::Ledger* ledger,
               const base::Clock* clock, base::Logger* logger,
               SenderOptions options)
    : view_(view),
      clock_(clock),
      logger_(logger),
      options_(std::move(options)),
      writer_(view, ledger),
      lease_(ledger, clock, kSenderLease, options_.holder, kSenderLeaseTtl),
      client_(options_.client),
      next_beat_(-absl::InfiniteDuration()),
      record_after_(-absl::InfiniteDuration()),
      next_due_(absl::InfiniteFuture()) {}

void Sender::Start() {
  view_->AddListener(this);
  thread_ = std::thread([this] { Run(); });
}

void Sender::Stop() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (!thread_.joinable()) return;
  view_->RemoveListener(this);
  client_.Wake();
  thread_.join();
}

bool Sender::Stopping() const {
  base::MutexLock lock(&mutex_);
  return stopping_;
}

void Sender::Run() {
  while (!Stopping()) {
    leading_ = KeepLease();
    if (!leading_) Forget();
    TakeRecorded();
    if (leading_) PostDue();
    Take(client_.Wait(Pause()));
    Record();
  }
  Finish();
}

bool Sender::KeepLease() {
  const absl::Duration now = clock_->Monotonic();
  if (now >= next_beat_) {
    next_beat_ = now + kBeat;
    const absl::StatusOr<bool> held = lease_.Tick();
    if (!held.ok()) {
      logger_->Warn("sender's lease not renewed",
                    {{"error", std::string(held.status().message())}});
    }
  }
  return lease_.fence().has_value();
}

void Sender::PostDue() {
  next_due_ = absl::InfiniteFuture();
  const std::size_t under_way = client_.under_way();
  if (under_way >= kMaxUnderWay || made_.size() >= kMaxUnrecorded) return;
  const DueNow found =
      view_->Read([&](const NotificationsState& state, const ledger::Head&) {
        return FindDue(state, taken_, clock_->Now(), kMaxUnderWay - under_way);
      });
  next_due_ = found.next;
  for (const Due& due : found.due) Post(due);
}

void Sender::Post(const Due& due) {
  const Delivery& delivery = *due.delivery;
  taken_[delivery.id] = Taken::kUnderWay;
  posted_[delivery.id] = delivery.attempts.size();
  if (due.url.empty()) {
    WebhookAnswer none;
    none.id = delivery.id;
    none.error = "the contact cannot be read";
    return Take({std::move(none)});
  }
  const absl::Time now = clock_->Now();
  WebhookPost post;
  post.id = delivery.id;
  post.url = due.url;
  post.timestamp = absl::StrCat(absl::ToUnixSeconds(now));
  post.body =
      CloudEventBody(delivery.event, options_.source, options_.link_base);
  post.signature = SignWebhook(due.secret, post.id, now, post.body);
  client_.Start(std::move(post));
}

void Sender::Take(std::vector<WebhookAnswer> answers) {
  for (WebhookAnswer& answer : answers) {
    const absl::Time now = clock_->Now();
    Made made;
    made.attempt = posted_[answer.id];
    made.outcome.http_status = answer.http_status;
    made.outcome.error = std::move(answer.error);
    made.outcome.retry_after = ParseRetryAfter(answer.retry_after, now);
    made.time = now;
    made.random = options_.random();
    if (Accepted(made.outcome)) taken_[answer.id] = Taken::kAccepted;
    logger_->Info("webhook attempted",
                  {{"delivery", answer.id},
                   {"status", absl::StrCat(made.outcome.http_status)},
                   {"error", made.outcome.error}});
    posted_.erase(answer.id);
    made_[answer.id] = std::move(made);
  }
}

void Sender::Record() {
  if (made_.empty() || clock_->Monotonic() < record_after_) return;
  {
    base::MutexLock lock(&mutex_);
    if (committing_ || result_) return;
    committing_ = true;
  }
  recording_ = std::exchange(made_, {});
  ledger::Meta meta;
  meta.actor = "notifications";
  meta.cause = "webhook attempts";
  writer_.Mutate(
      std::move(meta),
      [this, made = recording_](const NotificationsState& state)
          -> absl::StatusOr<ledger::Transaction> {
        const std::optional<ledger::Fence> fence = lease_.fence();
        if (!fence) return ledger::LeaseLost(kSenderLease);
        ledger::Transaction transaction = RecordAttempts(state, made);
        transaction.fence = fence;
        return transaction;
      },
      kRecordBudget,
      [this](const absl::StatusOr<ledger::Committed>& committed) {
        base::MutexLock lock(&mutex_);
        committing_ = false;
        result_ = committed.status();
        // Under the lock: the sender may be gone as soon as it is free.
        recorded_.SignalAll();
        client_.Wake();
      });
}

void Sender::TakeRecorded() {
  std::optional<absl::Status> result;
  {
    base::MutexLock lock(&mutex_);
    result = std::exchange(result_, std::nullopt);
  }
  if (result) Recorded(*result);
}

void Sender::Recorded(const absl::Status& status) {
  MadeById made = std::exchange(recording_, {});
  if (status.ok()) {
    for (const auto& [id, attempt] : made) taken_.erase(id);
    return;
  }
  logger_->Warn("webhook attempts not recorded",
                {{"attempts", absl::StrCat(made.size())},
                 {"error", std::string(status.message())}});
  if (absl::IsAborted(status)) {
    // Another replica sends now, or has recorded these: what it left pending is
    // found anew.
    for (const auto& [id, attempt] : made) taken_.erase(id);
    next_beat_ = -absl::InfiniteDuration();
    return;
  }
  // The receiver has answered; only storage has not. Nothing is sent again.
  made_.merge(made);
  record_after_ = clock_->Monotonic() + kRecordPause;
}

void Sender::Forget() {
  if (client_.under_way() > 0) client_.Clear();
  for (const auto& [id, attempts] : posted_) taken_.erase(id);
  posted_.clear();
  for (const auto& [id, attempt] : made_) taken_.erase(id);
  made_.clear();
}

absl::Duration Sender::Pause() const {
  const absl::Duration now = clock_->Monotonic();
  absl::Duration pause = std::min(next_beat_ - now, kBeat);
  if (!made_.empty() && recording_.empty()) {
    pause = std::min(pause, record_after_ - now);
  }
  if (leading_) pause = std::min(pause, next_due_ - clock_->Now());
  return std::max(pause, absl::ZeroDuration());
}

void Sender::Finish() {
  Take(client_.Wait(absl::ZeroDuration()));
  client_.Clear();
  for (int last = 0; last < 2; ++last) {
    {
      base::MutexLock lock(&mutex_);
      while (committing_) recorded_.Wait(&mutex_);
    }
    TakeRecorded();
    if (last == 0) Record();
  }
  if (const absl::Status status = lease_.Release(); !status.ok()) {
    logger_->Warn("sender's lease not freed",
                  {{"error", std::string(status.message())}});
  }
}

}  // namespace lagesbild::notifications
