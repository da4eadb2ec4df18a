#ifndef LAGESBILD_LIB_GEO_NEAR_LISTS_H_
#define LAGESBILD_LIB_GEO_NEAR_LISTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"

namespace lagesbild::geo {

// For each member of one set, which members of another lie near it.
class NearLists {
 public:
  // `size` empty lists.
  explicit NearLists(size_t size) : lists_(size) {}

  size_t size() const { return lists_.size(); }
  // Places in the other set, each once, in no particular order.
  absl::Span<const uint32_t> operator[](size_t i) const { return lists_[i]; }
  // Over all lists.
  size_t pair_count() const { return pair_count_; }

  // For whoever fills them: space to write a list of at most `most` to, valid
  // until the next call, …
  uint32_t* Room(size_t most) {
    if (room_ < most) AddBlock(most);
    return next_;
  }
  // … the first `count` of which become list `i`.
  void Set(size_t i, size_t count) {
    lists_[i] = absl::MakeConstSpan(next_, count);
    pair_count_ += count;
    next_ += count;
    room_ -= count;
  }

 private:
  // Memory that is left untouched costs nothing.
  static constexpr size_t kBlock = size_t{1} << 18;

  void AddBlock(size_t most) {
    room_ = std::max(kBlock, most);
    blocks_.push_back(std::make_unique_for_overwrite<uint32_t[]>(room_));
    next_ = blocks_.back().get();
  }

  std::vector<absl::Span<const uint32_t>> lists_;
  std::vector<std::unique_ptr<uint32_t[]>> blocks_;
  uint32_t* next_ = nullptr;
  size_t room_ = 0;
  size_t pair_count_ = 0;
};

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_NEAR_LISTS_H_
