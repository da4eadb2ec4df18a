#include "lib/ledger/transaction.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/chain.h"

namespace lagesbild::ledger {
namespace {

// A basis names a handful of upstream positions, a cause one event.
constexpr std::size_t kMaxMetaFieldBytes = 64 << 10;
constexpr std::size_t kMaxRequestFieldBytes = 512;

bool Printable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7e; });
}

absl::Status ValidateText(absl::string_view field, absl::string_view text,
                          std::size_t limit) {
  if (text.size() <= limit) return absl::OkStatus();
  return base::InvalidField(field, absl::StrCat("over ", limit, " bytes"));
}

absl::Status ValidateRequest(const RequestKey& request) {
  if (request.request_id.empty() || request.method.empty()) {
    return base::InvalidField("meta.request", "method or request id missing");
  }
  for (const std::string* part : {&request.agency, &request.method,
                                  &request.request_id, &request.digest}) {
    LB_RETURN_IF_ERROR(
        ValidateText("meta.request", *part, kMaxRequestFieldBytes));
  }
  return absl::OkStatus();
}

absl::Status ValidateMeta(const Meta& meta) {
  LB_RETURN_IF_ERROR(
      ValidateText("meta.actor", meta.actor, kMaxMetaFieldBytes));
  LB_RETURN_IF_ERROR(
      ValidateText("meta.cause", meta.cause, kMaxMetaFieldBytes));
  LB_RETURN_IF_ERROR(
      ValidateText("meta.basis", meta.basis, kMaxMetaFieldBytes));
  return meta.request ? ValidateRequest(*meta.request) : absl::OkStatus();
}

absl::Status ValidateWrite(const Write& write) {
  LB_RETURN_IF_ERROR(ValidateKey("writes.key", write.key));
  if (write.value && write.value->size() > kMaxValueBytes) {
    return base::InvalidField("writes.value",
                              absl::StrCat("over ", kMaxValueBytes, " bytes"));
  }
  if (write.expected.value_or(0) < 0) {
    return base::InvalidField("writes.expected", "negative");
  }
  return absl::OkStatus();
}

absl::Status ValidateDistinct(const std::vector<Write>& writes) {
  std::vector<absl::string_view> keys;
  keys.reserve(writes.size());
  for (const Write& write : writes) keys.push_back(write.key);
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice == keys.end()) return absl::OkStatus();
  return base::InvalidField("writes.key",
                            absl::StrCat(*twice, " appears twice"));
}

absl::Status ValidateCounts(const Transaction& transaction) {
  if (transaction.writes.empty()) {
    return base::InvalidField("writes", "none");
  }
  if (transaction.writes.size() > kMaxWritesPerCommit ||
      transaction.checks.size() > kMaxWritesPerCommit) {
    return base::InvalidField("writes",
                              absl::StrCat("more than ", kMaxWritesPerCommit));
  }
  return absl::OkStatus();
}

std::size_t SizeOf(const Transaction& transaction) {
  const Meta& meta = transaction.meta;
  std::size_t bytes = meta.actor.size() + meta.cause.size() + meta.basis.size();
  for (const Write& write : transaction.writes) {
    bytes += write.key.size() + (write.value ? write.value->size() : 0);
  }
  for (const Check& check : transaction.checks) bytes += check.key.size();
  return bytes;
}

}  // namespace

absl::Status ValidateKey(absl::string_view field, absl::string_view key) {
  if (key.empty()) return base::InvalidField(field, "empty");
  LB_RETURN_IF_ERROR(ValidateText(field, key, kMaxKeyBytes));
  if (Printable(key)) return absl::OkStatus();
  return base::InvalidField(field, "not printable ASCII");
}

absl::Status ValidateTransaction(const Transaction& transaction) {
  LB_RETURN_IF_ERROR(ValidateCounts(transaction));
  LB_RETURN_IF_ERROR(ValidateMeta(transaction.meta));
  for (const Write& write : transaction.writes) {
    LB_RETURN_IF_ERROR(ValidateWrite(write));
  }
  for (const Check& check : transaction.checks) {
    LB_RETURN_IF_ERROR(ValidateKey("checks.key", check.key));
  }
  if (transaction.fence) {
    LB_RETURN_IF_ERROR(ValidateKey("fence.lease", transaction.fence->lease));
  }
  return ValidateDistinct(transaction.writes);
}

absl::StatusOr<PreparedTransaction> Prepare(Transaction transaction) {
  LB_RETURN_IF_ERROR(ValidateTransaction(transaction));
  PreparedTransaction prepared;
  prepared.bytes = SizeOf(transaction);
  if (prepared.bytes > kMaxCommitBytes) {
    return base::InvalidField("writes",
                              absl::StrCat("over ", kMaxCommitBytes, " bytes"));
  }
  prepared.digests.reserve(transaction.writes.size());
  std::vector<DigestedKey> keys;
  keys.reserve(transaction.writes.size());
  for (const Write& write : transaction.writes) {
    prepared.digests.push_back(PayloadDigest(write.value));
    keys.push_back({write.key, prepared.digests.back()});
  }
  prepared.content_digest = ContentDigest(transaction.meta, keys);
  prepared.transaction = std::move(transaction);
  return prepared;
}

absl::Status ValidateErasure(const Erasure& erasure) {
  LB_RETURN_IF_ERROR(ValidateKey("erasure.key", erasure.key));
  if (erasure.decision.empty()) {
    return base::InvalidField("erasure.decision", "missing");
  }
  return ValidateText("erasure.decision", erasure.decision, kMaxMetaFieldBytes);
}

}  // namespace lagesbild::ledger
