#include "cli/county/layout.h"

#include <cmath>

#include "absl/strings/str_format.h"

namespace lagesbild::county {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kMetersPerDegree = 111'320;

constexpr int kColumns = 7;
constexpr int kRows = 4;
constexpr double kCellWidth = 14'300;
constexpr double kCellHeight = 21'000;
// How far a border may stray from the straight grid.
constexpr double kNodeJitter = 2'000;
constexpr double kBorderJitter = 500;
constexpr int kBorderSteps = 6;
// What is left of half a cell, with a little room.
constexpr double kSafeHalfWidth =
    kCellWidth / 2 - kNodeJitter - kBorderJitter - 200;
constexpr double kSafeHalfHeight =
    kCellHeight / 2 - kNodeJitter - kBorderJitter - 200;

constexpr int kCityRow = 2;
constexpr int kCityFirstColumn = 2;
constexpr int kCityCells = 3;
static_assert(kColumns * kRows - kCityCells + 1 == kMunicipalities);

// Open sea between Gotland and the Estonian isles.
constexpr geo::LatLng kFirstCorner = {.latitude = 58.4, .longitude = 19.4};
constexpr double kLatitudeStep = 0.9;
constexpr double kLongitudeStep = 2.1;
constexpr int kFirstPrefix = 31;

struct Point {
  double east;
  double north;
};
using Border = std::vector<Point>;

// The bent grid: its nodes and, between neighbours, borders from node to node.
class Grid {
 public:
  explicit Grid(Random* random) : random_(random) {
    for (int row = 0; row <= kRows; ++row) {
      for (int column = 0; column <= kColumns; ++column) {
        nodes_.push_back({column * kCellWidth + Jitter(kNodeJitter),
                          row * kCellHeight + Jitter(kNodeJitter)});
      }
    }
    for (int row = 0; row <= kRows; ++row) {
      for (int column = 0; column <= kColumns; ++column) {
        eastward_.push_back(column < kColumns
                                ? Bend(Node(column, row), Node(column + 1, row))
                                : Border());
        northward_.push_back(
            row < kRows ? Bend(Node(column, row), Node(column, row + 1))
                        : Border());
      }
    }
  }

  // Counter-clockwise around `cells` cells in a row; closed.
  Border Around(int column, int row, int cells) const {
    Border ring;
    for (int c = column; c < column + cells; ++c) {
      Append(eastward_[Index(c, row)], &ring);
    }
    Append(northward_[Index(column + cells, row)], &ring);
    for (int c = column + cells - 1; c >= column; --c) {
      AppendReversed(eastward_[Index(c, row + 1)], &ring);
    }
    AppendReversed(northward_[Index(column, row)], &ring);
    ring.push_back(ring.front());
    return ring;
  }

 private:
  static int Index(int column, int row) {
    return row * (kColumns + 1) + column;
  }
  const Point& Node(int column, int row) const {
    return nodes_[Index(column, row)];
  }
  double Jitter(double by) { return random_->Uniform(-by, by); }

  Border Bend(const Point& a, const Point& b) {
    Border border = {a};
    for (int i = 1; i < kBorderSteps; ++i) {
      const double t = static_cast<double>(i) / kBorderSteps;
      border.push_back(
          {a.east + t * (b.east - a.east) + Jitter(kBorderJitter),
           a.north + t * (b.north - a.north) + Jitter(kBorderJitter)});
    }
    border.push_back(b);
    return border;
  }

  // All but the last point, which the next border starts with.
  static void Append(const Border& border, Border* ring) {
    ring->insert(ring->end(), border.begin(), border.end() - 1);
  }
  static void AppendReversed(const Border& border, Border* ring) {
    ring->insert(ring->end(), border.rbegin(), border.rend() - 1);
  }

  Random* const random_;
  std::vector<Point> nodes_;
  std::vector<Border> eastward_;
  std::vector<Border> northward_;
};

Middle MiddleOf(int column, int row, int cells) {
  return {.east_m = (column + cells / 2.0) * kCellWidth,
          .north_m = (row + 0.5) * kCellHeight,
          .half_width_m = kSafeHalfWidth + (cells - 1) * kCellWidth / 2,
          .half_height_m = kSafeHalfHeight};
}

geo::Ring OnGlobe(const Frame& frame, const Border& border) {
  geo::Ring ring;
  for (const Point& point : border) {
    ring.push_back(frame.At(point.east, point.north));
  }
  return ring;
}

}  // namespace

geo::LatLng Rounded(const geo::LatLng& position) {
  return {.latitude = std::round(position.latitude * 1e7) / 1e7,
          .longitude = std::round(position.longitude * 1e7) / 1e7};
}

Frame::Frame(const geo::LatLng& corner)
    : corner_(corner),
      degrees_per_meter_east_(
          1 / (kMetersPerDegree * std::cos(corner.latitude * kPi / 180))) {}

geo::LatLng Frame::At(double east_m, double north_m) const {
  return Rounded(
      {.latitude = corner_.latitude + north_m / kMetersPerDegree,
       .longitude = corner_.longitude + east_m * degrees_per_meter_east_});
}

Frame FrameOf(int number, int scale) {
  const int across = static_cast<int>(std::ceil(std::sqrt(scale)));
  return Frame(
      {.latitude = kFirstCorner.latitude - (number / across) * kLatitudeStep,
       .longitude =
           kFirstCorner.longitude + (number % across) * kLongitudeStep});
}

std::string CodePrefix(int number) {
  return absl::StrFormat("%d", kFirstPrefix + number);
}

std::vector<Municipality> LayOut(int number, const Frame& frame, Random* random,
                                 Names* names) {
  const Grid grid(random);
  std::vector<Municipality> municipalities;
  const auto add = [&](int column, int row, int cells) {
    municipalities.push_back(
        {.code = absl::StrFormat("%s%02d", CodePrefix(number),
                                 municipalities.size() + 1),
         .name = names->Municipality(),
         .outline = OnGlobe(frame, grid.Around(column, row, cells)),
         .middle = MiddleOf(column, row, cells),
         .is_city = cells > 1});
  };
  add(kCityFirstColumn, kCityRow, kCityCells);
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns; ++column) {
      const bool in_city = row == kCityRow && column >= kCityFirstColumn &&
                           column < kCityFirstColumn + kCityCells;
      if (!in_city) add(column, row, 1);
    }
  }
  return municipalities;
}

}  // namespace lagesbild::county
