#ifndef LAGESBILD_TESTS_TESTING_FREE_PORT_H_
#define LAGESBILD_TESTS_TESTING_FREE_PORT_H_

namespace lagesbild::testing {

// A free port that no other call gives, in this process or another test's, as
// long as this process lives.
int FreePort();

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_FREE_PORT_H_
