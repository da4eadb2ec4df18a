#include "tests/faults/settings.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>

#include "absl/strings/numbers.h"

namespace lagesbild::testing {
namespace {

constexpr int kUsualCrashes = 20;

unsigned NumberOr(const char* variable, unsigned usual) {
  const char* given = std::getenv(variable);
  if (given == nullptr) return usual;
  unsigned number = 0;
  if (absl::SimpleAtoi(given, &number) && number > 0) return number;
  std::fprintf(stderr, "%s is '%s': not a number of at least 1\n", variable,
               given);
  std::exit(2);
}

}  // namespace

int Crashes() { return int(NumberOr("LAGESBILD_CRASHES", kUsualCrashes)); }

unsigned Seed() {
  const unsigned seed = NumberOr("LAGESBILD_SEED", std::random_device{}());
  std::cout << "LAGESBILD_SEED=" << seed << std::endl;
  return seed;
}

}  // namespace lagesbild::testing
