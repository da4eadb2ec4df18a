#ifndef LAGESBILD_CLI_UP_DEFAULT_CONFIG_H_
#define LAGESBILD_CLI_UP_DEFAULT_CONFIG_H_

#include <string>

namespace lagesbild::cli {

// What `lagesbild up` writes into a new folder: the files of k8s/base, built
// into the program.
std::string DefaultPolicy();
std::string DefaultAgencies();

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_UP_DEFAULT_CONFIG_H_
