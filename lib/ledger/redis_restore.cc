#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/codec.h"
#include "lib/ledger/redis_changes.h"
#include "lib/ledger/redis_codec.h"
#include "lib/ledger/redis_scripts.h"

namespace lagesbild::ledger {
namespace {

// Commands, and their bytes, that are sent before their replies are read. A
// single command may be larger.
constexpr std::size_t kPipelined = 1000;
constexpr std::size_t kPipelinedBytes = 16 << 20;

}  // namespace

std::string RedisRestore::Key(absl::string_view part) const {
  return absl::StrCat(tag_, ":", part);
}

absl::Status RedisRestore::Put(const std::vector<absl::string_view>& command) {
  connection_->Append(command);
  for (const absl::string_view arg : command) outstanding_bytes_ += arg.size();
  const bool more =
      ++outstanding_ < kPipelined && outstanding_bytes_ < kPipelinedBytes;
  return more ? absl::OkStatus() : Drain();
}

absl::Status RedisRestore::Drain() {
  LB_RETURN_IF_ERROR(connection_->Flush());
  outstanding_bytes_ = 0;
  absl::Status first;
  for (; outstanding_ > 0; --outstanding_) {
    LB_ASSIGN_OR_RETURN(const RedisReply reply, connection_->Read());
    if (first.ok() && reply.value().IsError()) {
      first = RedisErrorStatus(reply.value().Text());
    }
  }
  return first;
}

absl::Status RedisRestore::Begin(const StoreHeader& header) {
  header_ = header;
  LB_ASSIGN_OR_RETURN(const RedisReply begun,
                      connection_->CallScript(BeginRestoreScript(), tag_, {}));
  if (begun.value()[0].Text() == "EXISTS") {
    return absl::AlreadyExistsError(absl::StrCat("ledger ", tag_));
  }
  return Put({"HSET", Key("compacted"), "through",
              absl::StrCat(header.compacted_through), "chain",
              header.compacted_chain});
}

absl::Status RedisRestore::AddVersion(const StoredRevision& revision,
                                      const StoredVersion& version) {
  const std::string field = HistoryField(version.key, revision.revision);
  LB_RETURN_IF_ERROR(Put({"HSET", Key("history"), field,
                          EncodeVersion(version, revision.recorded_micros)}));
  LB_RETURN_IF_ERROR(Put({"ZADD", Key("index"), "0", field}));
  if (!version.value) {
    state_.erase(version.key);
    return Put({"HDEL", Key("state"), version.key});
  }
  state_[version.key] = revision.revision;
  return Put(
      {"HSET", Key("state"), version.key, absl::StrCat(revision.revision)});
}

absl::Status RedisRestore::AddLog(const StoredRevision& revision) {
  const std::string key = Key("log");
  const std::string count = absl::StrCat(revision.versions.size());
  const std::string recorded = absl::StrCat(revision.recorded_micros);
  const std::string meta = EncodeMeta(revision.meta);
  for (std::size_t i = 0; i < revision.versions.size(); ++i) {
    const StoredVersion& version = revision.versions[i];
    const std::string id = absl::StrCat(revision.revision, "-", i);
    const auto before = state_.find(version.key);
    const std::string what = absl::StrCat(
        version.value ? "p" : "d", before == state_.end() ? 0 : before->second);
    std::vector<absl::string_view> add = {"XADD", key, id};
    if (i == 0) {
      add.insert(add.end(), {"n", count, "t", recorded, "c", revision.chain,
                             "d", revision.content_digest, "m", meta});
    }
    add.insert(add.end(), {"k", version.key, "w", what});
    LB_RETURN_IF_ERROR(Put(add));
  }
  return absl::OkStatus();
}

absl::Status RedisRestore::AddRevision(StoredRevision revision) {
  if (revision.logged) LB_RETURN_IF_ERROR(AddLog(revision));
  for (const StoredVersion& version : revision.versions) {
    LB_RETURN_IF_ERROR(AddVersion(revision, version));
  }
  return Put({"ZADD", Key("times"), absl::StrCat(revision.recorded_micros),
              PaddedRevision(revision.revision)});
}

absl::Status RedisRestore::AddRequest(const RequestRecord& request) {
  return Put({"HSET", Key("requests"), EncodeRequestField(request.key),
              EncodeRequestValue(request)});
}

absl::Status RedisRestore::AddLease(const std::string& name,
                                    const LeaseRecord& lease) {
  return Put({"HSET", Key("leases"), name, EncodeLease(lease)});
}

absl::Status RedisRestore::AddErasure(const Erasure& erasure) {
  return Put({"ZADD", Key("erasures"), absl::StrCat(++erasures_),
              EncodeErasureRecord(erasure)});
}

// The head comes last: it is what makes it a ledger.
absl::Status RedisRestore::Finish() {
  LB_RETURN_IF_ERROR(Drain());
  const Head& head = header_.standing.head;
  const std::int64_t recorded =
      head.revision > 0 ? absl::ToUnixMicros(head.recorded) : 0;
  LB_RETURN_IF_ERROR(Put({"MULTI"}));
  LB_RETURN_IF_ERROR(Put(
      {"HSET", Key("head"), "store", store_id_, "format", "1", "revision",
       absl::StrCat(head.revision), "recorded", absl::StrCat(recorded), "chain",
       head.chain, "mixed", header_.standing.only_migrated ? "0" : "1"}));
  LB_RETURN_IF_ERROR(Put({"DEL", Key("restoring")}));
  LB_RETURN_IF_ERROR(Put({"EXEC"}));
  return Drain();
}

}  // namespace lagesbild::ledger
