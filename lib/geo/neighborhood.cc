#include "lib/geo/neighborhood.h"

#include <algorithm>

namespace lagesbild::geo {
namespace {

constexpr size_t kMinSize = 64;

size_t UpToLanes(size_t size) {
  return (size + kScreenLanes - 1) / kScreenLanes * kScreenLanes;
}

template <typename T>
void Copy(const std::vector<T>& from, uint32_t low, uint32_t high, T* to) {
  std::copy(from.data() + low, from.data() + high, to);
}

}  // namespace

Neighborhood::Neighborhood(const LatitudeRows& a, const LatitudeRows::Row& row,
                           const LatitudeRows& b, double angle)
    : b_(&b), cursors_(CursorsNear(a, row, b, angle)) {
  if (!cursors_.empty()) Grow(kMinSize);
}

void Neighborhood::MoveTo(int64_t first, int64_t last) {
  size_ = 0;
  for (RowCursor& cursor : cursors_) {
    cursor.MoveTo(first, last);
    Append(cursor.low(), cursor.high());
  }
}

void Neighborhood::Append(uint32_t low, uint32_t high) {
  const size_t size = size_ + (high - low);
  if (size > indices_.size()) Grow(2 * size);
  Copy(b_->indices(), low, high, indices_.data() + size_);
  Copy(b_->latitudes(), low, high, latitudes_.data() + size_);
  Copy(b_->longitudes(), low, high, longitudes_.data() + size_);
  size_ = size;
}

void Neighborhood::Grow(size_t size) {
  const size_t rounded = UpToLanes(size);
  indices_.resize(rounded);
  latitudes_.resize(rounded);
  longitudes_.resize(rounded);
  squares_.resize(rounded);
}

const float* Neighborhood::SquaredDistances(const PlaneScreen& screen,
                                            const FixedPosition& from) {
  screen.SquaredDistances(from, latitudes_.data(), longitudes_.data(),
                          UpToLanes(size_), squares_.data());
  return squares_.data();
}

}  // namespace lagesbild::geo
