#ifndef LAGESBILD_CLI_COUNTY_NAMES_H_
#define LAGESBILD_CLI_COUNTY_NAMES_H_

#include <set>
#include <string>

#include "cli/county/random.h"

namespace lagesbild::county {

// Makes names that sound Swedish and are nobody's: stems that no Swedish place
// name has. No name is given twice.
class Names {
 public:
  explicit Names(Random* random) : random_(random) {}

  std::string County();        // "Fjölmeröns län"
  std::string Municipality();  // "Snövlunda"
  std::string Square();        // "Krästrimtorget"
  std::string School();        // "Trylmavskolan"

 private:
  std::string Fresh(const char* const* endings, int count);

  Random* const random_;
  std::set<std::string> given_;
};

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_NAMES_H_
