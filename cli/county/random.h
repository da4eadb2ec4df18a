#ifndef LAGESBILD_CLI_COUNTY_RANDOM_H_
#define LAGESBILD_CLI_COUNTY_RANDOM_H_

#include <cstdint>
#include <utility>
#include <vector>

namespace lagesbild::county {

// A small generator (SplitMix64) with its own distributions, so that one seed
// gives the same bytes with every standard library.
class Random {
 public:
  // `stream` tells apart the generators of one seed.
  Random(uint64_t seed, uint64_t stream)
      : state_(seed * 0x9e3779b97f4a7c15 + stream) {
    Next();
    state_ ^= stream << 32;
  }

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // 0 … count - 1.
  int Below(int count) {
    return static_cast<int>(Next() % static_cast<uint64_t>(count));
  }

  double Uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(Next() >> 11) * 0x1p-53;
  }

  // Between the bounds, most often in the middle.
  double Peaked(double low, double high) {
    return (Uniform(low, high) + Uniform(low, high)) / 2;
  }

  template <typename T>
  void Shuffle(std::vector<T>* items) {
    for (int i = static_cast<int>(items->size()) - 1; i > 0; --i) {
      std::swap((*items)[i], (*items)[Below(i + 1)]);
    }
  }

 private:
  uint64_t state_;
};

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_RANDOM_H_
