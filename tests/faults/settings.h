#ifndef LAGESBILD_TESTS_FAULTS_SETTINGS_H_
#define LAGESBILD_TESTS_FAULTS_SETTINGS_H_

namespace lagesbild::testing {

// How the fault tests are told what to do. A variable that is no whole number
// of at least 1 ends the program with exit code 2: it would test nothing and
// pass.

// LAGESBILD_CRASHES: how often each writer is killed; 20 unless told otherwise.
int Crashes();

// LAGESBILD_SEED, or another at every run; printed, so that a run that failed
// can be had again.
unsigned Seed();

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_FAULTS_SETTINGS_H_
