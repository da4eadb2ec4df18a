#include "tests/conformance/describe.h"

#include "absl/strings/escaping.h"
#include "lib/base/status.h"

namespace lagesbild::testing {
namespace {

std::string Micros(absl::Time time) {
  return absl::StrCat(absl::ToUnixMicros(time));
}

std::string DescribeMeta(const ledger::Meta& meta) {
  std::string text = absl::StrCat(meta.actor, "|", meta.cause, "|", meta.basis);
  if (meta.request) {
    absl::StrAppend(&text, "|", meta.request->agency, ":", meta.request->method,
                    ":", meta.request->request_id, ":", meta.request->digest);
  }
  return text;
}

std::string DescribeChange(const ledger::Change& change) {
  return absl::StrCat(change.key, " ",
                      change.before ? Describe(*change.before) : "none", " -> ",
                      change.after ? absl::CEscape(*change.after) : "deleted",
                      change.erased ? " erased" : "");
}

}  // namespace

std::string Describe(const absl::Status& status) {
  return absl::StrCat(absl::StatusCodeToString(status.code()), " ",
                      status.message(), " ", base::ReasonOf(status));
}

std::string Describe(const std::string& text) { return text; }

std::string Describe(const ledger::Committed& committed) {
  return absl::StrCat(committed.revision, " ", Micros(committed.recorded),
                      committed.repeated ? " repeated" : "");
}

std::string Describe(const ledger::Head& head) {
  return absl::StrCat(head.revision, " ", Micros(head.recorded), " ",
                      head.chain);
}

std::string Describe(const ledger::Version& version) {
  return absl::StrCat(version.key, "@", version.revision, " ",
                      Micros(version.recorded), " ",
                      version.value ? absl::CEscape(*version.value) : "deleted",
                      version.erased ? " erased" : "");
}

std::string Describe(const ledger::ChangePage& page) {
  std::string text = absl::StrCat("head ", page.head, "\n");
  for (const ledger::RevisionChanges& changes : page.revisions) {
    absl::StrAppend(&text, changes.revision, " ", Micros(changes.recorded), " ",
                    changes.chain, " ", DescribeMeta(changes.meta), "\n");
    for (const ledger::Change& change : changes.changes) {
      absl::StrAppend(&text, "  ", DescribeChange(change), "\n");
    }
  }
  return text;
}

std::string Describe(const ledger::Snapshot& snapshot) {
  return absl::StrCat(Describe(snapshot.head), "\n",
                      Describe(snapshot.records));
}

std::string Describe(const ledger::RequestRecord& request) {
  return absl::StrCat(request.key.agency, ":", request.key.method, ":",
                      request.key.request_id, ":", request.key.digest, " ",
                      request.revision, " ", Micros(request.recorded));
}

std::string Describe(const ledger::LeaseRecord& lease) {
  return absl::StrCat(lease.holder, " ", lease.token, " ", lease.beat, " ",
                      absl::FormatDuration(lease.ttl));
}

std::string Describe(const ledger::Erasure& erasure) {
  std::string text = absl::StrCat(erasure.key, " ", erasure.decision);
  for (const ledger::Revision revision : erasure.revisions) {
    absl::StrAppend(&text, " ", revision);
  }
  return text;
}

}  // namespace lagesbild::testing
