#ifndef LAGESBILD_LIB_WATCH_RECORD_RENDERER_H_
#define LAGESBILD_LIB_WATCH_RECORD_RENDERER_H_

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "lagesbild/watch/v1/watch.pb.h"
#include "lib/watch/renderer.h"

namespace lagesbild::watch {

// The first picture: live records, shared with the view.
template <typename Record>
struct RecordSnapshot {
  ledger::Head at;
  Basis basis;
  std::vector<std::shared_ptr<const Record>> records;  // in key order
};

// What a change made of a record, as the stream shows it.
enum class Became {
  kPresent,  // it is in the first picture
  kEntered,  // it was not shown before
  kChanged,
  kLeft,  // it is not shown any more
};

inline v1::ChangeType TypeOf(Became became) {
  return became == Became::kLeft ? v1::CHANGE_TYPE_REMOVED
                                 : v1::CHANGE_TYPE_UPSERTED;
}

// How the records under one prefix become the changes of one stream. Everything
// is captured by value or outlives the hub; the functions are pure but for
// `snapshot`.
template <typename Record, typename Message>
struct RecordWatch {
  std::string sharing_key;  // filter and visibility
  std::string prefix;       // of the keys, "exposure/"
  std::function<absl::StatusOr<Record>(
      const std::string& id, const std::string& bytes, absl::Time recorded)>
      decode;
  // What the stream shows of it, as its caller sees it; nothing when the filter
  // leaves it out.
  std::function<std::optional<Message>(const Record&)> show;
  // Appends one change (AppendChange). It is given the message as it is, or,
  // when it left, as it was.
  std::function<void(Became, const Message&, std::string* out)> append;
  // Reads the view.
  std::function<RecordSnapshot<Record>()> snapshot;
};

// A Renderer for such records. A change that alters nothing of what the stream
// shows is not shown.
template <typename Record, typename Message>
class RecordRenderer final : public Renderer {
 public:
  using Watch = RecordWatch<Record, Message>;

  explicit RecordRenderer(Watch watch)
      : watch_(std::make_shared<const Watch>(std::move(watch))) {}

  std::string SharingKey() const override { return watch_->sharing_key; }

  std::optional<std::string> RenderChange(
      const ledger::RevisionChanges& changes) override {
    std::vector<const ledger::Change*> ours;
    for (const ledger::Change& change : changes.changes) {
      absl::string_view id = change.key;
      if (absl::ConsumePrefix(&id, watch_->prefix)) ours.push_back(&change);
    }
    std::sort(ours.begin(), ours.end(),
              [](const auto* a, const auto* b) { return a->key < b->key; });
    std::string out;
    for (const ledger::Change* change : ours) {
      Render(*change, changes.recorded, &out);
    }
    if (out.empty()) return std::nullopt;
    return out;
  }

  absl::StatusOr<SnapshotPages> OpenSnapshot() override {
    RecordSnapshot<Record> taken = watch_->snapshot();
    auto records = std::make_shared<const decltype(taken.records)>(
        std::move(taken.records));
    auto at = std::make_shared<std::size_t>(0);
    return SnapshotPages{taken.at, std::move(taken.basis),
                         [watch = watch_, records, at] {
                           return Page(*watch, *records, at.get());
                         }};
  }

 private:
  static constexpr std::size_t kPageBytes = 256 << 10;

  static std::string Page(
      const Watch& watch,
      const std::vector<std::shared_ptr<const Record>>& records,
      std::size_t* at) {
    std::string page;
    while (*at < records.size() && page.size() < kPageBytes) {
      const auto shown = watch.show(*records[(*at)++]);
      if (shown) watch.append(Became::kPresent, *shown, &page);
    }
    return page;
  }

  // A record that cannot be read is left out: the view's State, which is given
  // it first, has logged it.
  std::optional<Message> Show(const std::string& key,
                              const std::optional<std::string>& bytes,
                              absl::Time recorded) const {
    if (!bytes) return std::nullopt;
    const auto record =
        watch_->decode(key.substr(watch_->prefix.size()), *bytes, recorded);
    return record.ok() ? watch_->show(*record) : std::nullopt;
  }

  void Render(const ledger::Change& change, absl::Time recorded,
              std::string* out) const {
    const auto before = change.before ? Show(change.key, change.before->value,
                                             change.before->recorded)
                                      : std::nullopt;
    const auto after = Show(change.key, change.after, recorded);
    if (before && after) {
      const bool same =
          before->SerializeAsString() == after->SerializeAsString();
      if (!same) watch_->append(Became::kChanged, *after, out);
    } else if (after) {
      watch_->append(Became::kEntered, *after, out);
    } else if (before) {
      watch_->append(Became::kLeft, *before, out);
    }
  }

  const std::shared_ptr<const Watch> watch_;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_RECORD_RENDERER_H_
