#include "lib/ledger/stored.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/chain.h"

namespace lagesbild::ledger {
namespace {

absl::Status Broken(Revision revision, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("revision ", revision, ": ", what));
}

absl::Status CheckBytes(Revision revision, const StoredVersion& version) {
  if (version.erased || PayloadDigest(version.value) == version.digest) {
    return absl::OkStatus();
  }
  return Broken(revision, "the bytes do not fit their digest");
}

std::string DigestOf(const StoredRevision& revision) {
  std::vector<DigestedKey> keys;
  keys.reserve(revision.versions.size());
  for (const StoredVersion& version : revision.versions) {
    keys.push_back({version.key, version.digest});
  }
  return ContentDigest(revision.meta, keys);
}

// Between the two reads bytes may have been erased.
bool SameVersion(const Version& live, const Version& then) {
  return live.key == then.key && live.revision == then.revision &&
         live.recorded == then.recorded &&
         (live.erased || then.erased || live.value == then.value);
}

}  // namespace

absl::Status VerifyingSink::Begin(const StoreHeader& header) {
  header_ = header;
  chain_ = header.compacted_chain;
  return absl::OkStatus();
}

absl::Status VerifyingSink::AddRevision(StoredRevision revision) {
  if (revision.revision != last_ + 1) {
    return Broken(last_ + 1, "missing");
  }
  if (revision.recorded_micros < last_micros_ && last_ > 0) {
    return Broken(revision.revision, "recorded before the one before it");
  }
  for (const StoredVersion& version : revision.versions) {
    LB_RETURN_IF_ERROR(CheckBytes(revision.revision, version));
  }
  last_ = revision.revision;
  last_micros_ = revision.recorded_micros;
  if (revision.logged != (last_ > header_.compacted_through)) {
    return Broken(last_, "the log does not begin where it should");
  }
  return revision.logged ? CheckLink(revision) : absl::OkStatus();
}

absl::Status VerifyingSink::CheckLink(const StoredRevision& revision) {
  if (DigestOf(revision) != revision.content_digest) {
    return Broken(revision.revision, "the content digest does not fit");
  }
  chain_ = ChainHash(chain_, revision.revision, revision.recorded_micros,
                     revision.content_digest);
  if (chain_ != revision.chain) {
    return Broken(revision.revision, "the chain does not fit");
  }
  return absl::OkStatus();
}

absl::Status VerifyingSink::AddRequest(const RequestRecord&) {
  return absl::OkStatus();
}

absl::Status VerifyingSink::AddLease(const std::string&, const LeaseRecord&) {
  return absl::OkStatus();
}

absl::Status VerifyingSink::AddErasure(const Erasure&) {
  return absl::OkStatus();
}

absl::Status VerifyingSink::Finish() {
  const Head& head = header_.standing.head;
  if (last_ != head.revision) return Broken(last_ + 1, "missing");
  if (chain_ != head.chain) {
    return Broken(head.revision, "the head's chain does not fit");
  }
  return absl::OkStatus();
}

absl::Status VerifyState(Ledger* ledger) {
  LB_ASSIGN_OR_RETURN(const Snapshot snapshot, ledger->Load());
  LB_ASSIGN_OR_RETURN(const std::vector<Version> history,
                      ledger->ReadHistory("", snapshot.head.revision));
  const std::vector<Version>& records = snapshot.records;
  const auto [live, then] =
      std::mismatch(records.begin(), records.end(), history.begin(),
                    history.end(), SameVersion);
  if (live == records.end() && then == history.end()) return absl::OkStatus();
  const bool lacking =
      live == records.end() || (then != history.end() && then->key < live->key);
  return absl::DataLossError(
      absl::StrCat("record ", lacking ? then->key : live->key,
                   ": the live one does not fit its history"));
}

}  // namespace lagesbild::ledger
