#include "lib/ledger/redis_changes.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"
#include "lib/ledger/redis_codec.h"
#include "lib/ledger/redis_scripts.h"

namespace lagesbild::ledger {
namespace {

constexpr char kPerPage[] = "1000";
// How long a rewrite of Redis' files may take, and how often it is looked at.
constexpr absl::Duration kRewritePatience = absl::Minutes(10);
constexpr absl::Duration kRewriteLook = absl::Milliseconds(10);

}  // namespace

absl::Status RedisChanges::Compact(Revision through, absl::Time forget_before) {
  LB_ASSIGN_OR_RETURN(
      const RedisReply reply,
      connection_->CallScript(CompactScript(), tag_, {absl::StrCat(through)}));
  if (reply.value().size() == 2) {
    return CursorAhead(through, reply.value()[1].Int());
  }
  return ForgetRequests(forget_before);
}

absl::Status RedisChanges::ForgetRequests(absl::Time before) {
  const std::string key = absl::StrCat(tag_, ":requests");
  std::string cursor = "0";
  do {
    LB_ASSIGN_OR_RETURN(
        const RedisReply reply,
        connection_->Call({"HSCAN", key, cursor, "COUNT", kPerPage}));
    const RedisValue found = reply.value();
    std::vector<absl::string_view> old;
    for (std::size_t i = 0; i + 1 < found[1].size(); i += 2) {
      RequestRecord record;
      const RedisValue field = found[1][i];
      const RedisValue value = found[1][i + 1];
      if (!DecodeRequest(field.Text(), value.Text(), &record)) continue;
      if (record.recorded >= before) continue;
      old.insert(old.end(), {field.Text(), value.Text()});
    }
    cursor = std::string(found[0].Text());
    LB_RETURN_IF_ERROR(
        connection_->CallScript(ForgetScript(), tag_, old).status());
  } while (cursor != "0");
  return absl::OkStatus();
}

absl::Status RedisChanges::Erase(const Erasure& erasure) {
  const std::string record = EncodeErasureRecord(erasure);
  std::vector<std::string> revisions;
  for (const Revision revision : erasure.revisions) {
    revisions.push_back(absl::StrCat(revision));
  }
  std::vector<absl::string_view> args = {record, erasure.key};
  args.insert(args.end(), revisions.begin(), revisions.end());
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      connection_->CallScript(EraseScript(), tag_, args));
  if (reply.value().size() == 2) {
    return NoSuchVersion(erasure.key, reply.value()[1].Int());
  }
  return RewriteFiles();
}

absl::StatusOr<std::string> RedisChanges::Persistence() {
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      connection_->Call({"INFO", "persistence"}));
  return std::string(reply.value().Text());
}

absl::Status RedisChanges::AwaitIdle() {
  const base::SystemClock real;
  const absl::Duration end = real.Monotonic() + kRewritePatience;
  while (real.Monotonic() < end) {
    LB_ASSIGN_OR_RETURN(const std::string info, Persistence());
    if (absl::StrContains(info, "aof_rewrite_in_progress:0") &&
        absl::StrContains(info, "aof_rewrite_scheduled:0") &&
        absl::StrContains(info, "rdb_bgsave_in_progress:0")) {
      return absl::OkStatus();
    }
    absl::SleepFor(kRewriteLook);
  }
  return StorageUnavailable("redis: rewriting its files takes too long");
}

// The append-only file still holds the bytes, and so may a snapshot. A rewrite
// that was under way may have begun before the erasure: it does not count.
absl::Status RedisChanges::RewriteFiles() {
  LB_RETURN_IF_ERROR(AwaitIdle());
  LB_RETURN_IF_ERROR(connection_->Call({"BGREWRITEAOF"}).status());
  LB_RETURN_IF_ERROR(AwaitIdle());
  LB_ASSIGN_OR_RETURN(const RedisReply save,
                      connection_->Call({"CONFIG", "GET", "save"}));
  if (save.value().size() == 2 && !save.value()[1].Text().empty()) {
    LB_RETURN_IF_ERROR(connection_->Call({"BGSAVE"}).status());
    LB_RETURN_IF_ERROR(AwaitIdle());
  }
  LB_ASSIGN_OR_RETURN(const std::string info, Persistence());
  if (absl::StrContains(info, "aof_last_bgrewrite_status:ok") &&
      absl::StrContains(info, "rdb_last_bgsave_status:ok")) {
    return absl::OkStatus();
  }
  return StorageUnavailable(
      "erased, but redis could not write its files anew; repeat it");
}

absl::Status RedisChanges::SwapLease(absl::string_view name,
                                     const LeaseRecord& expected,
                                     const LeaseRecord& next) {
  const std::string token = absl::StrCat(expected.token);
  const std::string beat = absl::StrCat(expected.beat);
  const std::string encoded = EncodeLease(next);
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      connection_->CallScript(SwapLeaseScript(), tag_,
                                              {name, token, beat, encoded}));
  if (reply.value()[0].Text() == "OK") return absl::OkStatus();
  return LeaseLost(name);
}

}  // namespace lagesbild::ledger
