#ifndef LAGESBILD_LIB_WATCH_RANDOM_H_
#define LAGESBILD_LIB_WATCH_RANDOM_H_

#include <functional>

namespace lagesbild::watch {

// A source of numbers in [0, 1), for jitter. Thread-safe.
std::function<double()> NewRandom();

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_RANDOM_H_
