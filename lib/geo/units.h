#ifndef LAGESBILD_LIB_GEO_UNITS_H_
#define LAGESBILD_LIB_GEO_UNITS_H_

#include <compare>

namespace lagesbild::geo {

// A length in metres. Its own type so that a bare number never crosses a
// boundary.
class Meters {
 public:
  constexpr Meters() = default;
  constexpr explicit Meters(double value) : value_(value) {}

  constexpr double value() const { return value_; }

  friend constexpr auto operator<=>(Meters a, Meters b) = default;
  friend constexpr Meters operator+(Meters a, Meters b) {
    return Meters(a.value_ + b.value_);
  }
  friend constexpr Meters operator-(Meters a, Meters b) {
    return Meters(a.value_ - b.value_);
  }

 private:
  double value_ = 0;
};

// An area in square metres.
class SquareMeters {
 public:
  constexpr SquareMeters() = default;
  constexpr explicit SquareMeters(double value) : value_(value) {}

  constexpr double value() const { return value_; }

  friend constexpr auto operator<=>(SquareMeters a, SquareMeters b) = default;

 private:
  double value_ = 0;
};

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_UNITS_H_
