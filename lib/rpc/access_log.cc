#include "lib/rpc/access_log.h"

#include "absl/strings/str_cat.h"

namespace lagesbild::rpc {
namespace {

constexpr absl::Duration kGatherFor = absl::Milliseconds(100);

// Names, ids and reasons: ASCII but for a careless configuration.
void AppendQuoted(absl::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    const bool plain = c >= ' ' && c < 127 && c != '"' && c != '\\';
    out->push_back(plain ? c : '?');
  }
  out->push_back('"');
}

void AppendThousandths(std::int64_t thousandths, std::string* out) {
  const std::int64_t rest = thousandths % 1000;
  absl::StrAppend(out, thousandths / 1000, ".", rest / 100, rest / 10 % 10,
                  rest % 10);
}

// Whole seconds change seldom; formatting one costs more than the rest of a
// line.
void AppendTime(absl::Time now, std::string* out) {
  thread_local std::int64_t cached_second = -1;
  thread_local std::string cached_text;
  const std::int64_t ms = absl::ToUnixMillis(now);
  if (ms / 1000 != cached_second) {
    cached_second = ms / 1000;
    cached_text = absl::FormatTime(
        "%Y-%m-%dT%H:%M:", absl::FromUnixSeconds(cached_second),
        absl::UTCTimeZone());
  }
  out->append(cached_text);
  const std::int64_t in_minute = ms % 60000;
  if (in_minute < 10000) out->push_back('0');
  AppendThousandths(in_minute, out);
  out->push_back('Z');
}

std::string Line(absl::Time now, const AccessEntry& entry) {
  std::string line = R"({"time":")";
  line.reserve(256);
  AppendTime(now, &line);
  line += R"(","event":"call","method":)";
  AppendQuoted(entry.method, &line);
  line += R"(,"agency":)";
  AppendQuoted(entry.agency, &line);
  absl::StrAppend(&line, R"(,"code":")", absl::StatusCodeToString(entry.code),
                  R"(","reason":)");
  AppendQuoted(entry.reason, &line);
  line += R"(,"ms":)";
  AppendThousandths(absl::ToInt64Microseconds(entry.took), &line);
  absl::StrAppend(&line, R"(,"bytes":)", entry.request_bytes, "}\n");
  return line;
}

std::string DroppedLine(std::int64_t dropped) {
  return absl::StrCat(R"({"event":"access log fell behind","lines":)", dropped,
                      "}\n");
}

}  // namespace

JsonAccessLog::JsonAccessLog(std::FILE* out, const base::Clock* clock)
    : out_(out), clock_(clock), writer_([this] { Run(); }) {}

JsonAccessLog::~JsonAccessLog() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.SignalAll();
  writer_.join();
}

void JsonAccessLog::Write(const AccessEntry& entry) {
  const std::string line = Line(clock_->Now(), entry);
  base::MutexLock lock(&mutex_);
  if (pending_.size() + line.size() > kMaxPendingBytes) {
    ++dropped_;
    return;
  }
  if (pending_.empty()) wake_.Signal();
  pending_ += line;
}

bool JsonAccessLog::Gather(std::string* lines) {
  base::MutexLock lock(&mutex_);
  while (pending_.empty() && !stopping_) wake_.Wait(&mutex_);
  // Gather: one write for what comes in a moment.
  if (!stopping_) wake_.WaitFor(&mutex_, kGatherFor);
  lines->clear();
  lines->swap(pending_);
  if (dropped_ > 0) *lines += DroppedLine(dropped_);
  dropped_ = 0;
  return !stopping_;
}

void JsonAccessLog::Run() {
  std::string lines;
  bool more = true;
  while (more) {
    more = Gather(&lines);
    std::fwrite(lines.data(), 1, lines.size(), out_);
    std::fflush(out_);
  }
}

}  // namespace lagesbild::rpc
