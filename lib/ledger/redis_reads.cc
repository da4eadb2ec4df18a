#include "lib/ledger/redis_reads.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/ledger/codec.h"
#include "lib/ledger/errors.h"
#include "lib/ledger/redis_codec.h"

namespace lagesbild::ledger {
namespace {

constexpr std::size_t kVersionsPerFetch = 128;
constexpr char kPerPage[] = "10000";
constexpr int kLogPage = 1000;
constexpr int kLoadAttempts = 2;
// A commit that was trimmed away at once does not end an XREAD: look again.
constexpr absl::Duration kBlock = absl::Seconds(1);

absl::Status Strange(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("redis: ", what, " is damaged"));
}

Version ToVersion(const std::pair<std::string, Revision>& name,
                  StoredVersion stored, std::int64_t recorded_micros) {
  return {name.first, name.second, absl::FromUnixMicros(recorded_micros),
          std::move(stored.value), stored.erased};
}

}  // namespace

Head RedisReads::HeadOf(const RedisValue& revision, const RedisValue& recorded,
                        const RedisValue& chain) {
  Head head{revision.Int(), absl::Time(), std::string(chain.Text())};
  if (head.revision > 0) head.recorded = absl::FromUnixMicros(recorded.Int());
  return head;
}

std::string RedisReads::Key(absl::string_view part) const {
  return absl::StrCat(tag_, ":", part);
}

absl::StatusOr<Head> RedisReads::ReadHead() {
  LB_ASSIGN_OR_RETURN(const RedisReply reply,
                      connection_->Call({"HMGET", Key("head"), "revision",
                                         "recorded", "chain"}));
  const RedisValue head = reply.value();
  if (head.size() != 3 || head[0].IsNull()) {
    return absl::DataLossError("redis: the ledger is gone");
  }
  return HeadOf(head[0], head[1], head[2]);
}

absl::StatusOr<Head> RedisReads::WaitForHead(Revision after,
                                             absl::Duration timeout) {
  const base::SystemClock real;
  const absl::Duration end = real.Monotonic() + timeout;
  while (true) {
    LB_ASSIGN_OR_RETURN(Head head, ReadHead());
    const absl::Duration left = end - real.Monotonic();
    if (head.revision > after || left < absl::Milliseconds(1)) return head;
    const std::string block = absl::StrCat(absl::ToInt64Milliseconds(
        std::min({left, kBlock, connection_->timeout() / 2})));
    const std::string id = absl::StrCat(after, "-18446744073709551615");
    LB_RETURN_IF_ERROR(connection_
                           ->Call({"XREAD", "COUNT", "1", "BLOCK", block,
                                   "STREAMS", Key("log"), id})
                           .status());
  }
}

// An entry's fields are k w, or n t c d m k w on the first of its revision.
absl::Status RedisReads::AddEntry(const RedisValue& entry, LogPage* page) {
  const RedisValue fields = entry[1];
  const std::size_t size = fields.size();
  if (size != 4 && size != 14) return Strange("a log entry");
  if (size == 14) {
    LogRevision revision;
    const absl::string_view id = entry[0].Text();
    if (!absl::SimpleAtoi(id.substr(0, id.find('-')), &revision.revision) ||
        !DecodeMeta(fields[9].Text(), &revision.meta)) {
      return Strange("a log entry");
    }
    revision.count = static_cast<std::size_t>(fields[1].Int());
    revision.recorded_micros = fields[3].Int();
    revision.chain = std::string(fields[5].Text());
    revision.digest = std::string(fields[7].Text());
    page->revisions.push_back(std::move(revision));
  }
  absl::string_view what = fields[size - 1].Text();
  if (page->revisions.empty() || what.empty()) return Strange("a log entry");
  LogChange change{std::string(fields[size - 3].Text()), what[0] == 'd', 0};
  what.remove_prefix(1);
  if (!absl::SimpleAtoi(what, &change.before)) return Strange("a log entry");
  page->revisions.back().changes.push_back(std::move(change));
  return absl::OkStatus();
}

absl::StatusOr<RedisReads::LogPage> RedisReads::ReadLog(Revision after,
                                                        int limit) {
  LB_ASSIGN_OR_RETURN(
      const RedisReply reply,
      connection_->CallScript(
          ReadLogScript(), tag_,
          {absl::StrCat(after), absl::StrCat(std::max(limit, 1))}));
  const RedisValue found = reply.value();
  if (found.size() == 2 && found[0].Text() == "COMPACTED") {
    return CursorCompacted(after, found[1].Int());
  }
  if (found.size() == 2) return CursorAhead(after, found[1].Int());
  if (found.size() != 5) return Strange("a page of the log");
  LogPage page;
  page.head = HeadOf(found[1], found[2], found[3]);
  for (std::size_t i = 0; i < found[4].size(); ++i) {
    LB_RETURN_IF_ERROR(AddEntry(found[4][i], &page));
  }
  // The limit may have cut the last revision: its rest is for the next page.
  if (!page.revisions.empty() &&
      page.revisions.back().changes.size() != page.revisions.back().count) {
    page.revisions.pop_back();
  }
  return page;
}

absl::StatusOr<ChangePage> RedisReads::Changes(Revision after, int limit) {
  LB_ASSIGN_OR_RETURN(const LogPage log, ReadLog(after, limit));
  return Fill(log);
}

absl::StatusOr<ChangePage> RedisReads::Fill(const LogPage& log) {
  std::vector<Name> names;
  for (const LogRevision& revision : log.revisions) {
    for (const LogChange& change : revision.changes) {
      names.push_back({change.key, revision.revision});
      if (change.before > 0) names.push_back({change.key, change.before});
    }
  }
  LB_ASSIGN_OR_RETURN(std::vector<Version> versions, FetchVersions(names));
  auto next = versions.begin();
  ChangePage page;
  page.head = log.head.revision;
  for (const LogRevision& revision : log.revisions) {
    RevisionChanges changes{revision.revision,
                            absl::FromUnixMicros(revision.recorded_micros),
                            revision.chain,
                            revision.meta,
                            {}};
    for (const LogChange& logged : revision.changes) {
      Version after = std::move(*next++);
      Change change{logged.key, std::nullopt, std::move(after.value),
                    after.erased};
      if (logged.before > 0) change.before = std::move(*next++);
      changes.changes.push_back(std::move(change));
    }
    page.revisions.push_back(std::move(changes));
  }
  return page;
}

absl::Status RedisReads::FetchSome(const std::vector<Name>& names,
                                   std::size_t from,
                                   std::vector<Fetched>* fetched) {
  const std::size_t end = std::min(names.size(), from + kVersionsPerFetch);
  std::vector<std::string> fields;
  for (std::size_t i = from; i < end; ++i) {
    fields.push_back(HistoryField(names[i].first, names[i].second));
  }
  const std::string key = Key("history");
  std::vector<absl::string_view> call = {"HMGET", key};
  call.insert(call.end(), fields.begin(), fields.end());
  LB_ASSIGN_OR_RETURN(const RedisReply reply, connection_->Call(call));
  for (std::size_t i = from; i < end; ++i) {
    Fetched one;
    one.version.key = names[i].first;
    if (!DecodeVersion(reply.value()[i - from].Text(), &one.version,
                       &one.recorded_micros)) {
      return Strange(
          absl::StrCat("revision ", names[i].second, " of ", names[i].first));
    }
    fetched->push_back(std::move(one));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RedisReads::Fetched>> RedisReads::Fetch(
    const std::vector<Name>& names) {
  std::vector<Fetched> fetched;
  fetched.reserve(names.size());
  while (fetched.size() < names.size()) {
    LB_RETURN_IF_ERROR(FetchSome(names, fetched.size(), &fetched));
  }
  return fetched;
}

absl::StatusOr<std::vector<Version>> RedisReads::FetchVersions(
    const std::vector<Name>& names) {
  LB_ASSIGN_OR_RETURN(std::vector<Fetched> fetched, Fetch(names));
  std::vector<Version> versions;
  versions.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    versions.push_back(ToVersion(names[i], std::move(fetched[i].version),
                                 fetched[i].recorded_micros));
  }
  return versions;
}

absl::StatusOr<std::map<std::string, std::string>> RedisReads::HashOf(
    absl::string_view part) {
  std::map<std::string, std::string> all;
  std::string cursor = "0";
  do {
    LB_ASSIGN_OR_RETURN(
        const RedisReply reply,
        connection_->Call({"HSCAN", Key(part), cursor, "COUNT", kPerPage}));
    const RedisValue found = reply.value();
    if (found.size() != 2) return Strange(part);
    for (std::size_t i = 0; i + 1 < found[1].size(); i += 2) {
      all[std::string(found[1][i].Text())] =
          std::string(found[1][i + 1].Text());
    }
    cursor = std::string(found[0].Text());
  } while (cursor != "0");
  return all;
}

absl::StatusOr<std::map<std::string, Revision>> RedisReads::ScanState() {
  LB_ASSIGN_OR_RETURN(const auto all, HashOf("state"));
  std::map<std::string, Revision> state;
  for (const auto& [key, revision] : all) {
    if (!absl::SimpleAtoi(revision, &state[key])) return Strange("the state");
  }
  return state;
}

absl::StatusOr<Head> RedisReads::Replay(
    Revision after, std::map<std::string, Revision>* state) {
  while (true) {
    LB_ASSIGN_OR_RETURN(const LogPage log, ReadLog(after, kLogPage));
    for (const LogRevision& revision : log.revisions) {
      for (const LogChange& change : revision.changes) {
        if (change.deleted) {
          state->erase(change.key);
        } else {
          (*state)[change.key] = revision.revision;
        }
      }
      after = revision.revision;
    }
    if (after == log.head.revision) return log.head;
  }
}

// A scan is not of one revision, but it holds every key that did not change
// while it ran; the log since its start has the others.
absl::StatusOr<Snapshot> RedisReads::LoadOnce() {
  LB_ASSIGN_OR_RETURN(const Head start, ReadHead());
  LB_ASSIGN_OR_RETURN(auto state, ScanState());
  Snapshot snapshot;
  LB_ASSIGN_OR_RETURN(snapshot.head, Replay(start.revision, &state));
  LB_ASSIGN_OR_RETURN(snapshot.records,
                      FetchVersions({state.begin(), state.end()}));
  return snapshot;
}

// Slower, as it looks at every version there ever was, but it needs no log.
absl::StatusOr<Snapshot> RedisReads::LoadFromHistory() {
  Snapshot snapshot;
  LB_ASSIGN_OR_RETURN(snapshot.head, ReadHead());
  LB_ASSIGN_OR_RETURN(snapshot.records, History("", snapshot.head.revision));
  return snapshot;
}

absl::StatusOr<Snapshot> RedisReads::Load() {
  absl::StatusOr<Snapshot> snapshot = LoadOnce();
  for (int i = 1; i < kLoadAttempts && absl::IsOutOfRange(snapshot.status());
       ++i) {
    snapshot = LoadOnce();  // the log was compacted under the scan
  }
  return absl::IsOutOfRange(snapshot.status()) ? LoadFromHistory() : snapshot;
}

absl::StatusOr<std::vector<RedisReads::Name>> RedisReads::Index(
    std::string from, const std::string& to) {
  std::vector<Name> names;
  while (true) {
    LB_ASSIGN_OR_RETURN(const RedisReply reply,
                        connection_->Call({"ZRANGEBYLEX", Key("index"), from,
                                           to, "LIMIT", "0", kPerPage}));
    const RedisValue page = reply.value();
    if (page.size() == 0) return names;
    for (std::size_t i = 0; i < page.size(); ++i) {
      Name& name = names.emplace_back();
      if (!SplitHistoryField(page[i].Text(), &name.first, &name.second)) {
        return Strange("the index");
      }
    }
    from = absl::StrCat("(", page[page.size() - 1].Text());
  }
}

absl::StatusOr<std::vector<Version>> RedisReads::History(
    absl::string_view prefix, Revision at) {
  LB_ASSIGN_OR_RETURN(const Head head, ReadHead());
  if (at > head.revision) return CursorAhead(at, head.revision);
  // Keys are printable ASCII: below 0x7f.
  LB_ASSIGN_OR_RETURN(const std::vector<Name> names,
                      Index(prefix.empty() ? "-" : absl::StrCat("[", prefix),
                            absl::StrCat("(", prefix, "\x7f")));
  std::vector<Name> newest;
  for (const Name& name : names) {
    if (name.second > at) continue;
    if (!newest.empty() && newest.back().first == name.first) {
      newest.back() = name;
    } else {
      newest.push_back(name);
    }
  }
  LB_ASSIGN_OR_RETURN(std::vector<Version> versions, FetchVersions(newest));
  versions.erase(
      std::remove_if(versions.begin(), versions.end(),
                     [](const Version& version) { return !version.value; }),
      versions.end());
  return versions;
}

absl::StatusOr<std::vector<Version>> RedisReads::Versions(
    absl::string_view key) {
  LB_ASSIGN_OR_RETURN(const std::vector<Name> names,
                      Index(absl::StrCat("[", key, absl::string_view("\0", 1)),
                            absl::StrCat("(", key, "\x01")));
  return FetchVersions(names);
}

}  // namespace lagesbild::ledger
