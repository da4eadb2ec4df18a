#include "lib/ledger/redis_codec.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/codec.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {
namespace {

constexpr std::size_t kPaddedDigits = 16;
constexpr std::size_t kDigestBytes = 32;

// Takes the number before the next space.
bool TakeNumber(absl::string_view* text, std::int64_t* number) {
  const std::size_t space = text->find(' ');
  if (space == absl::string_view::npos) return false;
  const bool ok = absl::SimpleAtoi(text->substr(0, space), number);
  text->remove_prefix(space + 1);
  return ok;
}

// Collects texts that views may refer to once all are in.
class Arguments {
 public:
  // At most `texts` that are not in the transaction.
  explicit Arguments(std::size_t texts) { out_.texts.reserve(texts); }
  void Own(std::string text) {
    out_.texts.push_back(std::move(text));
    out_.views.push_back(out_.texts.back());
  }
  void Refer(absl::string_view text) { out_.views.push_back(text); }
  CommitArguments Take() { return std::move(out_); }

 private:
  CommitArguments out_;
};

void EncodeMetaParts(const Transaction& transaction, Arguments* out) {
  out->Own(EncodeMeta(transaction.meta));
  const auto& request = transaction.meta.request;
  out->Own(request ? EncodeRequestField(*request) : "");
  out->Own(request ? request->digest : "");
  const auto& fence = transaction.fence;
  out->Own(fence ? fence->lease : "");
  out->Own(fence ? absl::StrCat(fence->token) : "");
}

void EncodeWrites(const PreparedTransaction& prepared, Arguments* out) {
  const auto& writes = prepared.transaction.writes;
  out->Own(absl::StrCat(writes.size()));
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const Write& write = writes[i];
    out->Refer(write.key);
    out->Refer(write.value ? "p" : "d");
    if (write.expected) {
      out->Own(absl::StrCat(*write.expected));
    } else {
      out->Refer("");
    }
    out->Refer(prepared.digests[i]);
    out->Refer(write.value ? absl::string_view(*write.value) : "");
  }
}

void EncodeChecks(const Transaction& transaction, Arguments* out) {
  out->Own(absl::StrCat(transaction.checks.size()));
  for (const Check& check : transaction.checks) {
    out->Refer(check.key);
    out->Own(absl::StrCat(check.expected));
  }
}

}  // namespace

CommitArguments EncodeCommit(absl::string_view tag, absl::string_view store_id,
                             const WriterPlace& place, absl::Time now,
                             const PreparedTransaction& prepared) {
  const Transaction& transaction = prepared.transaction;
  constexpr std::size_t kOthers = 16;
  Arguments out(kOthers + transaction.writes.size() +
                transaction.checks.size());
  out.Refer("EVALSHA");
  out.Refer(CommitScript().sha);
  out.Refer("1");
  out.Refer(tag);
  out.Refer(store_id);
  out.Refer(place.writer);
  out.Own(absl::StrCat(place.epoch));
  out.Own(absl::StrCat(place.sequence));
  out.Own(absl::StrCat(absl::ToUnixMicros(now)));
  const auto& migrated = transaction.migrated_time;
  out.Own(migrated ? absl::StrCat(absl::ToUnixMicros(*migrated)) : "");
  out.Refer(prepared.content_digest);
  EncodeMetaParts(transaction, &out);
  EncodeWrites(prepared, &out);
  EncodeChecks(transaction, &out);
  return out.Take();
}

absl::StatusOr<Committed> DecodeCommitted(const Transaction& transaction,
                                          const RedisValue& reply) {
  if (reply.size() == 0) return absl::InternalError("redis: unknown reply");
  const absl::string_view kind = reply[0].Text();
  if (kind == "OK" && reply.size() == 4) {
    return Committed{reply[1].Int(), absl::FromUnixMicros(reply[2].Int()),
                     reply[3].Text() == "1"};
  }
  if (kind == "MISMATCH" && reply.size() == 4) {
    return RevisionMismatch(reply[1].Text(), reply[2].Int(), reply[3].Int());
  }
  if (kind == "LEASE") return LeaseLost(transaction.fence->lease);
  if (kind == "REUSED") {
    return RequestIdReused(transaction.meta.request->request_id);
  }
  if (kind == "MIXED") return NotOnlyMigrated();
  if (kind == "BACKWARDS") return MigratedBackwards();
  if (kind == "FUTURE") return MigratedAhead();
  if (kind == "STORE") return OtherStore();
  return absl::InternalError("redis: unknown reply");
}

absl::Status OtherStore() {
  return absl::DataLossError(
      "redis: the ledger is not the one that was opened");
}

std::string PaddedRevision(Revision revision) {
  const std::string digits = absl::StrCat(revision);
  return std::string(kPaddedDigits - digits.size(), '0') + digits;
}

std::string HistoryField(absl::string_view key, Revision revision) {
  std::string field(key);
  field.push_back('\0');
  return field + PaddedRevision(revision);
}

bool SplitHistoryField(absl::string_view field, std::string* key,
                       Revision* revision) {
  if (field.size() <= kPaddedDigits + 1) return false;
  const std::size_t cut = field.size() - kPaddedDigits;
  *key = std::string(field.substr(0, cut - 1));
  return absl::SimpleAtoi(field.substr(cut), revision);
}

std::string EncodeVersion(const StoredVersion& version,
                          std::int64_t recorded_micros) {
  const char* kind = version.erased ? "e" : (version.value ? "p" : "d");
  return absl::StrCat(kind, recorded_micros, " ", version.digest,
                      version.value.value_or(""));
}

bool DecodeVersion(absl::string_view text, StoredVersion* version,
                   std::int64_t* recorded_micros) {
  if (text.empty()) return false;
  const char kind = text[0];
  text.remove_prefix(1);
  if (!TakeNumber(&text, recorded_micros)) return false;
  if (kind == 'd') return text.empty();
  if (text.size() < kDigestBytes) return false;
  version->digest = std::string(text.substr(0, kDigestBytes));
  version->value = std::string(text.substr(kDigestBytes));
  version->erased = kind == 'e';
  return kind == 'p' || kind == 'e';
}

std::string EncodeRequestField(const RequestKey& request) {
  return Encoder()
      .Bytes(request.agency)
      .Bytes(request.method)
      .Bytes(request.request_id)
      .Take();
}

std::string EncodeRequestValue(const RequestRecord& record) {
  return absl::StrCat(record.revision, " ", absl::ToUnixMicros(record.recorded),
                      " ", record.key.digest);
}

bool DecodeRequest(absl::string_view field, absl::string_view value,
                   RequestRecord* record) {
  Decoder in(field);
  record->key.agency = in.Bytes();
  record->key.method = in.Bytes();
  record->key.request_id = in.Bytes();
  std::int64_t micros = 0;
  if (!in.Finished() || !TakeNumber(&value, &record->revision) ||
      !TakeNumber(&value, &micros)) {
    return false;
  }
  record->recorded = absl::FromUnixMicros(micros);
  record->key.digest = std::string(value);
  return true;
}

std::string EncodeLease(const LeaseRecord& lease) {
  return absl::StrCat(lease.token, " ", lease.beat, " ",
                      absl::ToInt64Microseconds(lease.ttl), " ", lease.holder);
}

bool DecodeLease(absl::string_view text, LeaseRecord* lease) {
  std::int64_t micros = 0;
  if (!TakeNumber(&text, &lease->token) || !TakeNumber(&text, &lease->beat) ||
      !TakeNumber(&text, &micros)) {
    return false;
  }
  lease->ttl = absl::Microseconds(micros);
  lease->holder = std::string(text);
  return true;
}

std::string EncodeErasureRecord(const Erasure& erasure) {
  Encoder out;
  out.Bytes(erasure.key).Bytes(erasure.decision);
  for (const Revision revision : erasure.revisions) out.Number(revision);
  return out.Take();
}

bool DecodeErasureRecord(absl::string_view text, Erasure* erasure) {
  Decoder in(text);
  erasure->key = in.Bytes();
  erasure->decision = in.Bytes();
  while (in.ok() && !in.Finished()) erasure->revisions.push_back(in.Number());
  return in.Finished();
}

}  // namespace lagesbild::ledger
