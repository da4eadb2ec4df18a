#include "lib/ledger/redis_files.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(5);

absl::StatusOr<std::string> Persistence(RedisConnection* connection) {
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      connection->Call({"INFO", "persistence"}));
  return std::string(reply.value().Text());
}

bool IsIdle(absl::string_view info) {
  return absl::StrContains(info, "aof_rewrite_in_progress:0") &&
         absl::StrContains(info, "aof_rewrite_scheduled:0") &&
         absl::StrContains(info, "rdb_bgsave_in_progress:0");
}

// What INFO says once nothing is being written.
absl::StatusOr<std::string> AwaitIdle(RedisConnection* connection,
                                      absl::Duration patience) {
  const base::SystemClock real;
  const absl::Duration end = real.Monotonic() + patience;
  do {
    LB_ASSIGN_OR_RETURN(std::string info, Persistence(connection));
    if (IsIdle(info)) return info;
    absl::SleepFor(kLook);
  } while (real.Monotonic() < end);
  return StorageUnavailable("redis is still writing its files anew");
}

absl::Status RewriteAppendOnlyFile(RedisConnection* connection) {
  connection->Append({"BGREWRITEAOF"});
  LB_RETURN_IF_ERROR(connection->Flush());
  LB_ASSIGN_OR_RETURN(const RedisReply reply, connection->Read());
  const RedisValue said = reply.value();
  // Somebody else's will do.
  if (!said.IsError() || absl::StrContains(said.Text(), "already in progress"))
    return absl::OkStatus();
  return RedisErrorStatus(said.Text());
}

bool WroteAppendOnlyFile(absl::string_view info) {
  return absl::StrContains(info, "aof_last_bgrewrite_status:ok");
}

bool NeverRewritten(absl::string_view info) {
  return absl::StrContains(info, "aof_rewrites:0") ||
         !WroteAppendOnlyFile(info);
}

}  // namespace

absl::Status EnsureOwnAppendOnlyFile(RedisConnection* connection,
                                     absl::Duration patience) {
  LB_ASSIGN_OR_RETURN(std::string info, AwaitIdle(connection, patience));
  if (!absl::StrContains(info, "aof_rewrites:")) {
    return absl::FailedPreconditionError("redis is older than version 7");
  }
  if (!NeverRewritten(info)) return absl::OkStatus();
  LB_RETURN_IF_ERROR(RewriteAppendOnlyFile(connection));
  LB_ASSIGN_OR_RETURN(info, AwaitIdle(connection, patience));
  if (!NeverRewritten(info)) return absl::OkStatus();
  return StorageUnavailable("redis cannot write its append-only file anew");
}

absl::Status RewriteFiles(RedisConnection* connection,
                          absl::Duration patience) {
  // A rewrite that is under way may have begun too early: it does not count.
  LB_RETURN_IF_ERROR(AwaitIdle(connection, patience).status());
  LB_RETURN_IF_ERROR(connection->Call({"BGREWRITEAOF"}).status());
  LB_ASSIGN_OR_RETURN(std::string info, AwaitIdle(connection, patience));
  // Also where none is kept: somebody may once have asked for one.
  LB_RETURN_IF_ERROR(connection->Call({"BGSAVE"}).status());
  LB_ASSIGN_OR_RETURN(info, AwaitIdle(connection, patience));
  if (WroteAppendOnlyFile(info) &&
      absl::StrContains(info, "rdb_last_bgsave_status:ok")) {
    return absl::OkStatus();
  }
  return StorageUnavailable("redis cannot write its files anew");
}

}  // namespace lagesbild::ledger
