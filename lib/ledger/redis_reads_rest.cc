#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/chain.h"
#include "lib/ledger/commit_rules.h"
#include "lib/ledger/redis_codec.h"
#include "lib/ledger/redis_reads.h"

namespace lagesbild::ledger {
namespace {

constexpr int kLogPage = 1000;

absl::Status Strange(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("redis: ", what, " is damaged"));
}

absl::Status Moved() {
  return absl::AbortedError("redis: the ledger was compacted or erased from");
}

}  // namespace

absl::StatusOr<Revision> RedisReads::RevisionAt(absl::Time time) {
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      connection_->Call({"ZREVRANGEBYSCORE", Key("times"),
                                         absl::StrCat(absl::ToUnixMicros(time)),
                                         "-inf", "LIMIT", "0", "1"}));
  return reply.value().size() == 0 ? 0 : reply.value()[0].Int();
}

absl::StatusOr<std::vector<RequestRecord>> RedisReads::Requests() {
  LB_ASSIGN_OR_RETURN(const auto all, HashOf("requests"));
  std::vector<RequestRecord> records;
  for (const auto& [field, value] : all) {
    if (!DecodeRequest(field, value, &records.emplace_back())) {
      return Strange("a remembered request");
    }
  }
  std::sort(records.begin(), records.end(),
            [](const RequestRecord& a, const RequestRecord& b) {
              return a.revision < b.revision;
            });
  return records;
}

absl::StatusOr<std::vector<Erasure>> RedisReads::Erasures() {
  LB_ASSIGN_OR_RETURN(
      const RedisReply reply,
      connection_->Call({"ZRANGE", Key("erasures"), "0", "-1"}));
  std::vector<Erasure> erasures;
  for (std::size_t i = 0; i < reply.value().size(); ++i) {
    if (!DecodeErasureRecord(reply.value()[i].Text(),
                             &erasures.emplace_back())) {
      return Strange("an erasure");
    }
  }
  return erasures;
}

absl::StatusOr<Revision> RedisReads::CompactedThrough() {
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      connection_->Call({"HGET", Key("compacted"), "through"}));
  return reply.value().Int();
}

absl::StatusOr<LeaseRecord> RedisReads::Lease(absl::string_view name) {
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      connection_->Call({"HGET", Key("leases"), name}));
  LeaseRecord lease;
  if (reply.value().IsNull()) return lease;
  if (!DecodeLease(reply.value().Text(), &lease)) return Strange("a lease");
  return lease;
}

absl::Status RedisReads::CheckPosition(const Position& position) {
  // A stream id is never negative.
  LB_ASSIGN_OR_RETURN(
      const RedisReply reply,
      connection_->CallScript(
          PositionScript(), tag_,
          {absl::StrCat(std::max<Revision>(position.revision, 0))}));
  const RedisValue found = reply.value();
  if (found.size() != 5) return Strange("the head");
  const Revision compacted_through = found[2].Int();
  return JudgePosition(
      position, found[0].Text(), found[1].Int(), compacted_through,
      [&](Revision revision) -> absl::StatusOr<std::string> {
        return std::string(found[revision == compacted_through ? 3 : 4].Text());
      });
}

absl::Status RedisReads::CheckStore(absl::string_view store_id) {
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      connection_->Call({"HGET", Key("head"), "store"}));
  return reply.value().Text() == store_id ? absl::OkStatus() : OtherStore();
}

absl::StatusOr<StoreHeader> RedisReads::ReadStoreHeader() {
  connection_->Append({"MULTI"});
  connection_->Append({"HMGET", Key("head"), "revision", "recorded", "chain",
                       "store", "mixed"});
  connection_->Append({"HMGET", Key("compacted"), "through", "chain"});
  LB_ASSIGN_OR_RETURN(const RedisReply reply, Execute(2));
  const RedisValue head = reply.value()[0];
  const RedisValue compacted = reply.value()[1];
  if (head[0].IsNull()) return absl::DataLossError("redis: no such ledger");
  StoreHeader header;
  header.standing.head = HeadOf(head[0], head[1], head[2]);
  header.store_id = std::string(head[3].Text());
  header.standing.only_migrated = head[4].Text() != "1";
  header.compacted_through = compacted[0].Int();
  header.compacted_chain = compacted[1].IsNull()
                               ? std::string(kEmptyChain)
                               : std::string(compacted[1].Text());
  return header;
}

absl::StatusOr<RedisReply> RedisReads::Execute(std::size_t queued) {
  connection_->Append({"EXEC"});
  LB_RETURN_IF_ERROR(connection_->Flush());
  for (std::size_t i = 0; i <= queued; ++i) {
    LB_RETURN_IF_ERROR(connection_->Read().status());
  }
  LB_ASSIGN_OR_RETURN(RedisReply reply, connection_->Read());
  if (reply.value().size() == queued) return reply;
  return RedisErrorStatus(reply.value().Text());
}

absl::StatusOr<StoredRevision> RedisReads::FetchRevision(
    Revision revision, const std::vector<Name>& names) {
  LB_ASSIGN_OR_RETURN(std::vector<Fetched> fetched, Fetch(names));
  StoredRevision stored;
  stored.revision = revision;
  for (Fetched& one : fetched) {
    stored.recorded_micros = one.recorded_micros;
    stored.versions.push_back(std::move(one.version));
  }
  return stored;
}

absl::Status RedisReads::ExportCompacted(StoreSink* sink, Revision through) {
  if (through == 0) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(std::vector<Name> names, Index("-", "+"));
  std::stable_sort(
      names.begin(), names.end(),
      [](const Name& a, const Name& b) { return a.second < b.second; });
  auto from = names.begin();
  while (from != names.end() && from->second <= through) {
    const auto to = std::find_if(from, names.end(), [from](const Name& name) {
      return name.second != from->second;
    });
    LB_ASSIGN_OR_RETURN(StoredRevision revision,
                        FetchRevision(from->second, {from, to}));
    LB_RETURN_IF_ERROR(sink->AddRevision(std::move(revision)));
    from = to;
  }
  return absl::OkStatus();
}

absl::Status RedisReads::ExportLogged(StoreSink* sink,
                                      const StoreHeader& header) {
  Revision after = header.compacted_through;
  while (after < header.standing.head.revision) {
    const absl::StatusOr<LogPage> log = ReadLog(after, kLogPage);
    if (absl::IsOutOfRange(log.status())) return Moved();
    LB_RETURN_IF_ERROR(log.status());
    for (const LogRevision& logged : log->revisions) {
      if (logged.revision > header.standing.head.revision) break;
      after = logged.revision;
      LB_RETURN_IF_ERROR(ExportOne(sink, logged));
    }
    if (log->revisions.empty()) return Strange("the log");
  }
  return absl::OkStatus();
}

absl::Status RedisReads::ExportOne(StoreSink* sink, const LogRevision& logged) {
  std::vector<Name> names;
  for (const LogChange& change : logged.changes) {
    names.push_back({change.key, logged.revision});
  }
  LB_ASSIGN_OR_RETURN(StoredRevision revision,
                      FetchRevision(logged.revision, names));
  revision.logged = true;
  revision.recorded_micros = logged.recorded_micros;
  revision.chain = logged.chain;
  revision.content_digest = logged.digest;
  revision.meta = logged.meta;
  return sink->AddRevision(std::move(revision));
}

absl::Status RedisReads::ExportRest(StoreSink* sink, Revision head) {
  LB_ASSIGN_OR_RETURN(const auto requests, Requests());
  for (const RequestRecord& request : requests) {
    if (request.revision > head) continue;  // committed since the backup began
    LB_RETURN_IF_ERROR(sink->AddRequest(request));
  }
  LB_ASSIGN_OR_RETURN(const auto leases, HashOf("leases"));
  for (const auto& [name, value] : leases) {
    LeaseRecord lease;
    if (!DecodeLease(value, &lease)) return Strange("a lease");
    LB_RETURN_IF_ERROR(sink->AddLease(name, lease));
  }
  return absl::OkStatus();
}

absl::Status RedisReads::Export(StoreSink* sink) {
  LB_ASSIGN_OR_RETURN(const auto erasures, Erasures());
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadStoreHeader());
  LB_RETURN_IF_ERROR(sink->Begin(header));
  LB_RETURN_IF_ERROR(ExportCompacted(sink, header.compacted_through));
  LB_RETURN_IF_ERROR(ExportLogged(sink, header));
  LB_RETURN_IF_ERROR(ExportRest(sink, header.standing.head.revision));
  // What was erased meanwhile may already have been given with its bytes. Each
  // erasure that takes bytes adds to the list: a repeated one takes none.
  LB_ASSIGN_OR_RETURN(const auto erasures_now, Erasures());
  if (erasures_now.size() != erasures.size()) return Moved();
  for (const Erasure& erasure : erasures) {
    LB_RETURN_IF_ERROR(sink->AddErasure(erasure));
  }
  return sink->Finish();
}

}  // namespace lagesbild::ledger
