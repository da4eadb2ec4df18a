#include "lib/ledger/redis_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {
namespace {

// A batch is tried so often at most, with these pauses between, and given up
// after the budget; while Redis stays away, later batches are tried once.
constexpr int kAttempts = 6;
constexpr absl::Duration kFirstPause = absl::Milliseconds(50);
constexpr absl::Duration kBudget = absl::Seconds(3);
// Shorter than this, no answer can be waited for.
constexpr absl::Duration kLeastTimeout = absl::Milliseconds(10);

// Redis forgets a writer that has not connected for so long.
constexpr char kWriterSeconds[] = "86400";

// What a slow machine certainly manages, for the timeouts of large commits.
constexpr double kBytesPerSecond = 8 << 20;
constexpr absl::Duration kPerWrite = absl::Microseconds(50);

bool IsTransient(absl::string_view error) {
  for (const char* prefix : {"BUSY", "LOADING", "TRYAGAIN", "MASTERDOWN"}) {
    if (absl::StartsWith(error, prefix)) return true;
  }
  return false;
}

}  // namespace

RedisWriter::RedisWriter(RedisOptions options, std::string tag,
                         std::string store_id, std::string writer_id,
                         const base::Clock* clock)
    : options_(std::move(options)),
      tag_(std::move(tag)),
      store_id_(std::move(store_id)),
      clock_(clock) {
  place_.writer = std::move(writer_id);
}

Committer::Applied RedisWriter::Apply(
    absl::Span<const PreparedTransaction> batch) {
  std::vector<Pending> all;
  for (const PreparedTransaction& prepared : batch) {
    all.push_back({&prepared, ++place_.sequence, std::nullopt});
  }
  const absl::Status status = Try(&all);
  away_ = !status.ok();
  Committer::Applied applied;
  applied.away = status;
  for (Pending& pending : all) {
    applied.results.push_back(pending.result
                                  ? *std::move(pending.result)
                                  : absl::StatusOr<Committed>(status));
  }
  return applied;
}

absl::Status RedisWriter::Try(std::vector<Pending>* all) {
  Batch open;
  for (Pending& pending : *all) open.push_back(&pending);
  end_ = base::SystemClock().Monotonic() + kBudget + AllowanceFor(open);
  absl::Duration pause = kFirstPause;
  absl::Status status = Attempt(open);
  for (int more = away_ ? 0 : kAttempts - 1; more > 0 && !status.ok(); --more) {
    absl::SleepFor(std::min(std::exchange(pause, pause * 2), Left()));
    if (Left() <= kLeastTimeout) return status;
    std::erase_if(open, [](const Pending* p) { return p->result.has_value(); });
    status = Attempt(open);
  }
  return status;
}

absl::Status RedisWriter::Attempt(const Batch& batch) {
  LB_RETURN_IF_ERROR(EnsureReady());
  connection_->SetTimeout(std::min(
      options_.endpoint.command_timeout + AllowanceFor(batch), Left()));
  LB_RETURN_IF_ERROR(Send(batch));
  return Receive(batch);
}

absl::Duration RedisWriter::AllowanceFor(const Batch& batch) const {
  std::size_t bytes = 0;
  std::size_t writes = 0;
  for (const Pending* pending : batch) {
    bytes += pending->prepared->bytes;
    writes += pending->prepared->transaction.writes.size();
  }
  return absl::Seconds(double(bytes) / kBytesPerSecond) +
         kPerWrite * double(writes) +
         (options_.wait_replicas > 0 ? options_.wait_timeout
                                     : absl::ZeroDuration());
}

absl::Duration RedisWriter::Left() const {
  return std::max(end_ - base::SystemClock().Monotonic(), kLeastTimeout);
}

absl::Status RedisWriter::EnsureReady() {
  if (connection_ == nullptr || !connection_->Usable()) {
    LB_RETURN_IF_ERROR(Connect());
  }
  connection_->SetTimeout(std::min(options_.endpoint.connect_timeout, Left()));
  if (!script_loaded_) LB_RETURN_IF_ERROR(LoadScript());
  return epoch_taken_ ? absl::OkStatus() : TakeEpoch();
}

absl::Status RedisWriter::Connect() {
  connection_.reset();
  script_loaded_ = false;
  epoch_taken_ = false;
  RedisEndpoint endpoint = options_.endpoint;
  endpoint.connect_timeout = std::min(endpoint.connect_timeout, Left());
  absl::StatusOr<std::unique_ptr<RedisConnection>> connected =
      RedisConnection::Connect(endpoint);
  if (!connected.ok()) {
    // To a caller of Commit, a server that is set up wrongly is one that cannot
    // be used now.
    return StorageUnavailable(connected.status().message());
  }
  connection_ = *std::move(connected);
  return absl::OkStatus();
}

absl::Status RedisWriter::LoadScript() {
  LB_RETURN_IF_ERROR(
      connection_->Call({"SCRIPT", "LOAD", CommitScript().text}).status());
  script_loaded_ = true;
  return absl::OkStatus();
}

absl::Status RedisWriter::TakeEpoch() {
  const std::string key = absl::StrCat(tag_, ":writer:", place_.writer);
  const std::string epoch = absl::StrCat(++place_.epoch);
  LB_RETURN_IF_ERROR(connection_->Call({"HSET", key, "epoch", epoch}).status());
  LB_RETURN_IF_ERROR(
      connection_->Call({"EXPIRE", key, kWriterSeconds}).status());
  epoch_taken_ = true;
  return absl::OkStatus();
}

absl::Status RedisWriter::Send(const Batch& batch) {
  if (batch.size() > 1) connection_->Append({"MULTI"});
  for (const Pending* pending : batch) {
    WriterPlace place = place_;
    place.sequence = pending->sequence;
    connection_->Append(
        EncodeCommit(tag_, store_id_, place, clock_->Now(), *pending->prepared)
            .views);
  }
  if (batch.size() > 1) connection_->Append({"EXEC"});
  if (options_.wait_replicas > 0) {
    connection_->Append(
        {"WAIT", absl::StrCat(options_.wait_replicas),
         absl::StrCat(absl::ToInt64Milliseconds(options_.wait_timeout))});
  }
  return connection_->Flush();
}

absl::Status RedisWriter::ReceiveAlone(Pending* pending) {
  LB_ASSIGN_OR_RETURN(const RedisReply reply, connection_->Read());
  return Settle(pending, reply.value());
}

// Of MULTI and the queued commands: the first error reply, if there is one.
absl::StatusOr<absl::Status> RedisWriter::ReadQueued(std::size_t count) {
  absl::Status first;
  for (std::size_t i = 0; i <= count; ++i) {
    LB_ASSIGN_OR_RETURN(const RedisReply reply, connection_->Read());
    if (first.ok() && reply.value().IsError()) {
      first = absl::UnknownError(reply.value().Text());
    }
  }
  return first;
}

absl::Status RedisWriter::Receive(const Batch& batch) {
  absl::Status outcome;
  if (batch.size() == 1) {
    outcome = ReceiveAlone(batch.front());
  } else {
    LB_ASSIGN_OR_RETURN(const absl::Status refused, ReadQueued(batch.size()));
    LB_ASSIGN_OR_RETURN(const RedisReply reply, connection_->Read());
    const RedisValue replies = reply.value();
    if (replies.size() != batch.size()) {
      outcome =
          SettleError(batch, refused.ok() ? replies.Text() : refused.message());
    }
    for (std::size_t i = 0; i < replies.size(); ++i) {
      const absl::Status settled = Settle(batch[i], replies[i]);
      if (!settled.ok()) outcome = settled;
    }
  }
  if (options_.wait_replicas == 0) return outcome;
  LB_RETURN_IF_ERROR(ReceiveReplicas(batch));
  return outcome;
}

// Gives a result, or why there is none yet.
absl::Status RedisWriter::Settle(Pending* pending, const RedisValue& reply) {
  if (reply.IsError()) {
    if (!absl::StartsWith(reply.Text(), "NOSCRIPT")) {
      return SettleError({pending}, reply.Text());
    }
    // Loaded on every connection: another told the server to forget it. There
    // may be more to read on this one.
    script_loaded_ = false;
    return StorageUnavailable("redis: the script was flushed");
  }
  if (reply.size() > 0 && reply[0].Text() == "EPOCH") {
    epoch_taken_ = false;
    return StorageUnavailable("redis: the writer's epoch is over");
  }
  pending->result = DecodeCommitted(pending->prepared->transaction, reply);
  return absl::OkStatus();
}

absl::Status RedisWriter::SettleError(const Batch& batch,
                                      absl::string_view error) {
  if (IsTransient(error)) return RedisErrorStatus(error);
  for (Pending* pending : batch) pending->result = RedisErrorStatus(error);
  return absl::OkStatus();
}

absl::Status RedisWriter::ReceiveReplicas(const Batch& batch) {
  LB_ASSIGN_OR_RETURN(const RedisReply reply, connection_->Read());
  if (reply.value().Int() >= options_.wait_replicas) return absl::OkStatus();
  for (Pending* pending : batch) {
    if (!pending->result || !pending->result->ok()) continue;
    pending->result = StorageUnavailable(
        absl::StrCat("redis: committed, but on ", reply.value().Int(), " of ",
                     options_.wait_replicas, " replicas"));
  }
  return absl::OkStatus();
}

}  // namespace lagesbild::ledger
