#include "lib/geo/join.h"

#include <limits>
#include <vector>

#include "absl/functional/function_ref.h"
#include "lib/geo/distance.h"
#include "lib/geo/ecef.h"
#include "lib/geo/join_set.h"
#include "lib/geo/neighborhood.h"
#include "lib/geo/plane_screen.h"

namespace lagesbild::geo {
namespace {

// Slots are looked around together when the columns that they span are at most
// this part of those that the radius spans: less looking, against candidates
// that are too far off.
constexpr int64_t kGroupPart = 2;

// Squared, by the screen.
struct Limits {
  float sure = -1;                                       // up to here within
  float never = std::numeric_limits<float>::infinity();  // from here on not
};

float Square(double x) { return static_cast<float>(x * x); }

bool AnyUnsure(const float* squares, size_t size, const Limits& limits) {
  int any = 0;
  for (size_t i = 0; i < size; ++i) {
    any |= static_cast<int>(squares[i] > limits.sure) &
           static_cast<int>(squares[i] < limits.never);
  }
  return any != 0;
}

class Join {
 public:
  // Settles what the screen does not.
  using Settler = absl::FunctionRef<bool(uint32_t a, uint32_t b)>;

  Join(const JoinSet& a, const JoinSet& b, Meters radius, size_t size,
       Settler is_within)
      : a_(a),
        b_(b),
        radius_(radius.value()),
        is_within_(is_within),
        lists_(size) {}

  NearLists Run() && {
    for (const JoinSet::Layer& layer : a_.layers()) {
      for (const LatitudeRows::Row& row : layer.rows.rows()) {
        JoinRow(layer, row);
      }
    }
    return std::move(lists_);
  }

 private:
  // A layer of b beside the row that is being joined.
  struct Side {
    Neighborhood near;
    double max_reach;
    double error;
    Limits around_points;
  };

  void JoinRow(const JoinSet::Layer& layer, const LatitudeRows::Row& row) {
    const PlaneScreen screen(row.south, row.north);
    std::vector<Side> sides = SidesOf(layer, row, screen);
    if (sides.empty()) return;
    const LatitudeRows& rows = layer.rows;
    const int64_t span =
        ColumnsApart(row, row, AngleOf(radius_ + layer.max_reach)) / kGroupPart;
    for (uint32_t begin = row.begin, end; begin < row.end; begin = end) {
      end = rows.EndOfColumns(row, begin, span);
      for (Side& side : sides) {
        side.near.MoveTo(rows.column(begin), rows.column(end - 1));
      }
      for (uint32_t slot = begin; slot < end; ++slot) {
        JoinSlot(screen, rows.position(slot), rows.indices()[slot], &sides);
      }
    }
  }

  std::vector<Side> SidesOf(const JoinSet::Layer& layer,
                            const LatitudeRows::Row& row,
                            const PlaneScreen& screen) const {
    std::vector<Side> sides;
    for (const JoinSet::Layer& other : b_.layers()) {
      const double farthest = radius_ + layer.max_reach + other.max_reach;
      Neighborhood near(layer.rows, row, other.rows, AngleOf(farthest));
      if (near.always_empty()) continue;
      sides.push_back({.near = std::move(near),
                       .max_reach = other.max_reach,
                       .error = screen.ErrorBound(LongestArc(farthest)),
                       .around_points = {}});
      sides.back().around_points = LimitsFor(sides.back(), 0);
    }
    return sides;
  }

  void JoinSlot(const PlaneScreen& screen, const FixedPosition& position,
                uint32_t index, std::vector<Side>* sides) {
    size_t most = 0;
    for (const Side& side : *sides) most += side.near.size();
    uint32_t* const list = lists_.Room(most + 1);
    uint32_t* end = list;
    for (Side& side : *sides) {
      const float* squares = side.near.SquaredDistances(screen, position);
      end = AddNear(side, squares, index, end);
    }
    lists_.Set(index, static_cast<size_t>(end - list));
  }

  // Writes those of a side that are within to `out`, which has room for one
  // more than all of them; returns the end.
  uint32_t* AddNear(const Side& side, const float* squares, uint32_t a,
                    uint32_t* out) const {
    const double reach = a_.reach(a);
    const Limits limits =
        reach == 0 ? side.around_points : LimitsFor(side, reach);
    const size_t size = side.near.size();
    if (AnyUnsure(squares, size, limits)) {
      return AddSettled(side, squares, limits, a, out);
    }
    const uint32_t* indices = side.near.indices();
    const float never = limits.never;
    // Without branches: they could not be foretold.
    for (size_t i = 0; i < size; ++i) {
      *out = indices[i];
      out += squares[i] < never;
    }
    return out;
  }

  uint32_t* AddSettled(const Side& side, const float* squares,
                       const Limits& limits, uint32_t a, uint32_t* out) const {
    for (size_t i = 0; i < side.near.size(); ++i) {
      const uint32_t b = side.near.indices()[i];
      if (squares[i] >= limits.never) continue;
      if (squares[i] <= limits.sure || is_within_(a, b)) *out++ = b;
    }
    return out;
  }

  Limits LimitsFor(const Side& side, double reach) const {
    Limits limits;
    if (side.error == std::numeric_limits<double>::infinity()) return limits;
    const double reaches = reach + side.max_reach;
    limits.never = Square(LongestArc(radius_ + reaches) + side.error);
    if (reaches == 0) limits.sure = Square(radius_ - side.error);
    return limits;
  }

  const JoinSet& a_;
  const JoinSet& b_;
  const double radius_;
  const Settler is_within_;
  NearLists lists_;
};

template <typename T>
NearLists JoinSpans(absl::Span<const T> a, absl::Span<const T> b,
                    Meters radius) {
  const JoinSet a_set(a, radius);
  const JoinSet b_set(b, radius);
  return Join(
             a_set, b_set, radius, a.size(),
             [&](uint32_t i, uint32_t j) { return Within(a[i], b[j], radius); })
      .Run();
}

}  // namespace

NearLists JoinWithin(absl::Span<const LatLng> a, absl::Span<const LatLng> b,
                     Meters radius) {
  return JoinSpans(a, b, radius);
}

NearLists JoinWithin(absl::Span<const Shape> a, absl::Span<const Shape> b,
                     Meters radius) {
  return JoinSpans(a, b, radius);
}

}  // namespace lagesbild::geo
