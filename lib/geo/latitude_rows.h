#ifndef LAGESBILD_LIB_GEO_LATITUDE_ROWS_H_
#define LAGESBILD_LIB_GEO_LATITUDE_ROWS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "lib/geo/geometry.h"
#include "lib/geo/plane_screen.h"

namespace lagesbild::geo {

// Private to join.cc. Angles are radians on the sphere whose latitudes and
// longitudes are the geodetic ones (see AngleOf in ecef.h).

// Longitudes are told apart by columns of so many units, 10 m at the equator:
// finer than most radii, and few bits to sort by.
inline constexpr int kColumnShift = 10;
inline constexpr int64_t kColumns = int64_t{1} << (32 - kColumnShift);

// Positions sorted by rows of latitude and, within a row, by column. A slot is
// a position's place in that order.
class LatitudeRows {
 public:
  struct Row {
    double south;
    double north;
    uint32_t begin;  // slots
    uint32_t end;
  };

  LatitudeRows(absl::Span<const LatLng> positions, double row_height);

  // From here on indices() gives, in place of a place, what `names` has there.
  void Rename(absl::Span<const uint32_t> names);

  // Those that hold positions, from south to north.
  const std::vector<Row>& rows() const { return rows_; }
  // The rows that meet the latitudes south … north.
  absl::Span<const Row> RowsBetween(double south, double north) const;

  // By slot: where the position was in what was given, …
  const std::vector<uint32_t>& indices() const { return indices_; }
  // … and the position itself.
  const std::vector<int32_t>& latitudes() const { return latitudes_; }
  const std::vector<int32_t>& longitudes() const { return longitudes_; }
  FixedPosition position(uint32_t slot) const {
    return {latitudes_[slot], longitudes_[slot]};
  }
  // 0 … kColumns - 1, from the antimeridian eastwards.
  int64_t column(uint32_t slot) const {
    return (int64_t{longitudes_[slot]} >> kColumnShift) + kColumns / 2;
  }

  // Past the last slot of `row` that is at most `span` columns east of `slot`.
  uint32_t EndOfColumns(const Row& row, uint32_t slot, int64_t span) const {
    const int64_t last = column(slot) + span;
    while (slot < row.end && column(slot) <= last) ++slot;
    return slot;
  }

 private:
  struct Entry;
  static std::vector<Entry> EntriesOf(absl::Span<const LatLng> positions,
                                      uint32_t row_units);
  void AddRow(uint32_t number, uint32_t row_units);
  void Append(const Entry& entry);

  std::vector<Row> rows_;
  std::vector<uint32_t> indices_;
  std::vector<int32_t> latitudes_;
  std::vector<int32_t> longitudes_;
};

// How many columns apart positions in the two rows can be when the angle
// between them is at most this; kColumns when that is no limit.
int64_t ColumnsApart(const LatitudeRows::Row& a, const LatitudeRows::Row& b,
                     double angle);

// Goes eastwards along a row of one set, beside a row of another.
class RowCursor {
 public:
  // Finds slots of `row` at most `apart` columns from where it is moved to, all
  // of that turned by `turn` columns.
  RowCursor(const LatitudeRows& rows, const LatitudeRows::Row& row,
            int64_t apart, int64_t turn);

  // The slots near some column of first … last. Neither may be less than in
  // the call before.
  void MoveTo(int64_t first, int64_t last) {
    const int64_t west = LongitudeOf(first + turn_ - apart_);
    const int64_t east = LongitudeOf(last + turn_ + apart_ + 1);
    while (low_ < end_ && longitudes_[low_] < west) ++low_;
    while (high_ < end_ && longitudes_[high_] < east) ++high_;
  }
  uint32_t low() const { return low_; }
  uint32_t high() const { return high_; }  // past the last

 private:
  // Of the column's western edge, in units.
  static int64_t LongitudeOf(int64_t column) {
    return (column - kColumns / 2) * (int64_t{1} << kColumnShift);
  }

  const int32_t* longitudes_;  // by slot
  int64_t apart_;
  int64_t turn_;
  uint32_t low_;
  uint32_t high_;
  uint32_t end_;
};

// Cursors that find, for slots of `row` (a row of `a`), all slots of `b` that
// may be at most `angle` from one of them, each by one cursor, and not many
// others. They may be moved to columns that span ColumnsApart(row, row, angle)
// at most.
std::vector<RowCursor> CursorsNear(const LatitudeRows& a,
                                   const LatitudeRows::Row& row,
                                   const LatitudeRows& b, double angle);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_LATITUDE_ROWS_H_
