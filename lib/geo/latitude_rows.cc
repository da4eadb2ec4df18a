#include "lib/geo/latitude_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "lib/geo/ecef.h"

namespace lagesbild::geo {

struct LatitudeRows::Entry {
  uint32_t row;
  uint32_t longitude;  // from the antimeridian eastwards
  int32_t latitude;
  uint32_t index;
};

namespace {

constexpr double kPi = 180 * kRadiansPerDegree;
// For the rounding of positions to units.
constexpr double kLatitudePadding = 2 * kRadiansPerUnit;
constexpr int64_t kColumnPadding = 2;
// Lower rows, of some 60 m, would only be many.
constexpr double kLowestRow = 1e-5;

constexpr uint32_t kHalfTurn = uint32_t{1} << 31;
constexpr uint32_t kSouthPole = uint32_t{1} << 30;

constexpr int kDigitBits = 12;
constexpr size_t kDigits = size_t{1} << kDigitBits;

uint32_t RowUnits(double row_height) {
  return static_cast<uint32_t>(std::clamp(row_height, kLowestRow, kPi) /
                               kRadiansPerUnit);
}

// Sorts by one digit of `value`, leaving equal ones in their order.
template <typename Entry, typename Value>
void SortByDigit(const std::vector<Entry>& from, int shift, Value value,
                 std::vector<Entry>* to) {
  const auto digit = [=](const Entry& one) {
    return (value(one) >> shift) & (kDigits - 1);
  };
  std::array<uint32_t, kDigits> next = {};
  for (const Entry& one : from) ++next[digit(one)];
  uint32_t sum = 0;
  for (uint32_t& n : next) sum += std::exchange(n, sum);
  for (const Entry& one : from) (*to)[next[digit(one)]++] = one;
}

// By radix: the digits in which values differ are few.
template <typename Entry, typename Value>
void SortBy(Value value, std::vector<Entry>* entries,
            std::vector<Entry>* spare) {
  if (entries->empty()) return;
  uint32_t low = value(entries->front());
  uint32_t high = low;
  for (const Entry& one : *entries) {
    low = std::min(low, value(one));
    high = std::max(high, value(one));
  }
  const auto above = [=](const Entry& one) { return value(one) - low; };
  for (int shift = 0; shift < 32 && (high - low) >> shift != 0;
       shift += kDigitBits) {
    SortByDigit(*entries, shift, above, spare);
    entries->swap(*spare);
  }
}

double SquaredSine(double x) { return std::sin(x) * std::sin(x); }

// 0 in a row that reaches over a pole.
double LeastCosine(const LatitudeRows::Row& row) {
  const double farthest = std::max(std::abs(row.south), std::abs(row.north));
  return std::max(0.0, std::cos(farthest));
}

}  // namespace

std::vector<LatitudeRows::Entry> LatitudeRows::EntriesOf(
    absl::Span<const LatLng> positions, uint32_t row_units) {
  std::vector<Entry> entries;
  entries.reserve(positions.size());
  for (const LatLng& position : positions) {
    const FixedPosition fixed = ToFixed(position);
    entries.push_back(
        {.row =
             (static_cast<uint32_t>(fixed.latitude) + kSouthPole) / row_units,
         .longitude = static_cast<uint32_t>(fixed.longitude) ^ kHalfTurn,
         .latitude = fixed.latitude,
         .index = static_cast<uint32_t>(entries.size())});
  }
  return entries;
}

LatitudeRows::LatitudeRows(absl::Span<const LatLng> positions,
                           double row_height) {
  const uint32_t row_units = RowUnits(row_height);
  std::vector<Entry> entries = EntriesOf(positions, row_units);
  std::vector<Entry> spare(entries.size());
  const auto column = [](const Entry& e) {
    return e.longitude >> kColumnShift;
  };
  SortBy(column, &entries, &spare);
  SortBy([](const Entry& e) { return e.row; }, &entries, &spare);
  indices_.reserve(entries.size());
  latitudes_.reserve(entries.size());
  longitudes_.reserve(entries.size());
  uint32_t row = ~uint32_t{0};
  for (const Entry& entry : entries) {
    if (entry.row != row) AddRow(entry.row, row_units);
    row = entry.row;
    Append(entry);
  }
}

void LatitudeRows::AddRow(uint32_t number, uint32_t row_units) {
  const double height = row_units * kRadiansPerUnit;
  const double south = number * height - kPi / 2;
  const auto slot = static_cast<uint32_t>(indices_.size());
  rows_.push_back({south, south + height, slot, slot});
}

void LatitudeRows::Append(const Entry& entry) {
  ++rows_.back().end;
  indices_.push_back(entry.index);
  latitudes_.push_back(entry.latitude);
  longitudes_.push_back(static_cast<int32_t>(entry.longitude ^ kHalfTurn));
}

void LatitudeRows::Rename(absl::Span<const uint32_t> names) {
  for (uint32_t& index : indices_) index = names[index];
}

absl::Span<const LatitudeRows::Row> LatitudeRows::RowsBetween(
    double south, double north) const {
  const auto first =
      std::partition_point(rows_.begin(), rows_.end(),
                           [=](const Row& row) { return row.north < south; });
  const auto last = std::partition_point(
      first, rows_.end(), [=](const Row& row) { return row.south <= north; });
  return absl::MakeConstSpan(rows_).subspan(
      static_cast<size_t>(first - rows_.begin()),
      static_cast<size_t>(last - first));
}

int64_t ColumnsApart(const LatitudeRows::Row& a, const LatitudeRows::Row& b,
                     double angle) {
  // hav(angle) = hav(difference of latitudes) + cos·cos·hav(of longitudes).
  const double between = std::max({0.0, a.south - b.north, b.south - a.north});
  const double left = std::max(
      0.0, SquaredSine(std::min(angle, kPi) / 2) - SquaredSine(between / 2));
  const double cosines = LeastCosine(a) * LeastCosine(b);
  if (!(left < cosines)) return kColumns;
  const double longitude = 2 * std::asin(std::sqrt(left / cosines));
  return static_cast<int64_t>(longitude / (2 * kPi) * kColumns) +
         kColumnPadding;
}

RowCursor::RowCursor(const LatitudeRows& rows, const LatitudeRows::Row& row,
                     int64_t apart, int64_t turn)
    : longitudes_(rows.longitudes().data()),
      apart_(apart),
      turn_(turn),
      low_(row.begin),
      high_(row.begin),
      end_(row.end) {}

std::vector<RowCursor> CursorsNear(const LatitudeRows& a,
                                   const LatitudeRows::Row& row,
                                   const LatitudeRows& b, double angle) {
  std::vector<RowCursor> cursors;
  const double padded = angle + kLatitudePadding;
  for (const LatitudeRows::Row& other :
       b.RowsBetween(row.south - padded, row.north + padded)) {
    const int64_t apart = ColumnsApart(row, other, padded);
    if (4 * apart >= kColumns) {
      cursors.emplace_back(b, other, kColumns, 0);
      continue;
    }
    cursors.emplace_back(b, other, apart, 0);
    if (a.column(row.begin) < apart) {
      cursors.emplace_back(b, other, apart, kColumns);
    }
    if (a.column(row.end - 1) + apart >= kColumns) {
      cursors.emplace_back(b, other, apart, -kColumns);
    }
  }
  return cursors;
}

}  // namespace lagesbild::geo
