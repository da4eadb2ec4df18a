#include "tests/testing/free_port.h"

#include <set>

#include "gtest/gtest.h"

namespace lagesbild::testing {
namespace {

// So many that two would be the same if they were drawn with no memory: that
// all differ by chance has a probability of e^-12.
constexpr int kMany = 600;

TEST(FreePortTest, IsGivenOnce) {
  std::set<int> ports;
  for (int i = 0; i < kMany; ++i) ports.insert(FreePort());
  EXPECT_EQ(ports.size(), static_cast<std::size_t>(kMany));
}

}  // namespace
}  // namespace lagesbild::testing
