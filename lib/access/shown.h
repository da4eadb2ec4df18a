#ifndef LAGESBILD_LIB_ACCESS_SHOWN_H_
#define LAGESBILD_LIB_ACCESS_SHOWN_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/message.h"
#include "lib/base/mutex.h"

namespace lagesbild::access {

// Callers of different rights who read one record at the same time; beyond
// these the message kept longest makes room.
inline constexpr std::size_t kMaxShown = 4;

// What an immutable record was shown as, kept with it for the next caller who
// may see the same: to make a message costs more than to send it. It goes with
// the record, so that nothing erased lives on in it; a copy of the record has
// been shown to nobody. Thread-safe.
class Shown {
 public:
  Shown() = default;
  Shown(const Shown&) {}
  Shown& operator=(const Shown&) = delete;

  // The message kept under `key`, else the one that `make` gives. `key` says
  // all that it depends on beside the record: Redactor::VisibilityKey and what
  // else there is. Of one record all messages are of one type.
  template <typename Message, typename Make>
  std::shared_ptr<const Message> Get(const std::string& key, Make make) const {
    if (const auto kept = Find(key)) {
      return std::static_pointer_cast<const Message>(kept);
    }
    auto made = std::make_shared<const Message>(make());
    Keep(key, made);
    return made;
  }

 private:
  using MessagePtr = std::shared_ptr<const google::protobuf::Message>;

  MessagePtr Find(const std::string& key) const;
  void Keep(const std::string& key, MessagePtr message) const;

  mutable base::Mutex mutex_;
  // Oldest first.
  mutable std::vector<std::pair<std::string, MessagePtr>> kept_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_SHOWN_H_
