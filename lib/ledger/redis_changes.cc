#include "lib/ledger/redis_changes.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"
#include "lib/ledger/redis_codec.h"
#include "lib/ledger/redis_files.h"
#include "lib/ledger/redis_scripts.h"

namespace lagesbild::ledger {
namespace {

constexpr char kPerPage[] = "1000";
// How long a rewrite of Redis' files may take.
constexpr absl::Duration kRewritePatience = absl::Minutes(10);

}  // namespace

absl::StatusOr<RedisReply> RedisChanges::Run(
    const RedisScript& script, const std::vector<absl::string_view>& args) {
  std::vector<absl::string_view> all = {store_id_};
  all.insert(all.end(), args.begin(), args.end());
  LB_ASSIGN_OR_RETURN(RedisReply reply,
                      connection_->CallScript(script, tag_, all));
  if (reply.value()[0].Text() == "STORE") return OtherStore();
  return reply;
}

absl::Status RedisChanges::Compact(Revision through, absl::Time forget_before) {
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      Run(CompactScript(), {absl::StrCat(through)}));
  if (reply.value().size() == 2) {
    return CursorAhead(through, reply.value()[1].Int());
  }
  if (reply.value()[0].Text() == "LOST") {
    return absl::DataLossError(
        absl::StrCat("revision ", through, " is missing from the log"));
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
    LB_RETURN_IF_ERROR(Run(ForgetScript(), old).status());
  } while (cursor != "0");
  return absl::OkStatus();
}

absl::Status RedisChanges::Erase(const Erasure& erasure) {
  // The script adds which revisions they were.
  const std::string record =
      EncodeErasureRecord({erasure.key, {}, erasure.decision});
  std::vector<std::string> revisions;
  for (const Revision revision : erasure.revisions) {
    revisions.push_back(absl::StrCat(revision));
  }
  std::vector<absl::string_view> args = {record, erasure.key};
  args.insert(args.end(), revisions.begin(), revisions.end());
  LB_ASSIGN_OR_RETURN(const RedisReply reply, Run(EraseScript(), args));
  if (reply.value().size() == 2) {
    return NoSuchVersion(erasure.key, reply.value()[1].Int());
  }
  // The append-only file still holds the bytes, and so may a snapshot.
  absl::Status rewritten = RewriteFiles(connection_, kRewritePatience);
  if (rewritten.ok()) return rewritten;
  return StorageUnavailable(absl::StrCat(
      "erased, but not from the files; repeat it: ", rewritten.message()));
}

absl::Status RedisChanges::SwapLease(absl::string_view name,
                                     const LeaseRecord& expected,
                                     const LeaseRecord& next) {
  const std::string token = absl::StrCat(expected.token);
  const std::string beat = absl::StrCat(expected.beat);
  const std::string encoded = EncodeLease(next);
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      Run(SwapLeaseScript(), {name, token, beat, encoded}));
  if (reply.value()[0].Text() == "OK") return absl::OkStatus();
  return LeaseLost(name);
}

}  // namespace lagesbild::ledger
