#ifndef LAGESBILD_LIB_WATCH_MESSAGE_H_
#define LAGESBILD_LIB_WATCH_MESSAGE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lagesbild/watch/v1/watch.pb.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/cursor.h"

namespace lagesbild::watch {

// Every watch response is `WatchHeader header = 1; repeated XChange changes =
// 2`. Serialised messages of one type that are joined are one merged message,
// so a header made here goes in front of changes rendered once for many
// streams.
inline constexpr int kHeaderField = 1;
inline constexpr int kChangesField = 2;

// Where a stream stands: the last revision it was told of.
struct Place {
  ledger::Revision revision = 0;
  std::string chain;
  std::optional<absl::Time> recorded;
  Basis basis;  // as far as it is known
};

// Whose ledger it is.
struct Origin {
  std::string service;
  std::string store_id;
};

// A serialised response that holds a header alone.
std::string HeaderAt(const Origin& origin, const Place& place,
                     v1::MessageKind kind);

// A header of a message that is not the last of its kind: no cursor.
std::string PartialHeader(v1::MessageKind kind);

// Cuts serialised `changes` between elements into pieces of at most `limit`
// bytes; an element that is larger is a piece of its own. One empty piece for
// empty bytes, one whole piece for bytes that are not well-formed.
std::vector<absl::string_view> SplitChanges(absl::string_view bytes,
                                            std::size_t limit);

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_MESSAGE_H_
