#ifndef LAGESBILD_CLI_PLACES_PLACE_KINDS_H_
#define LAGESBILD_CLI_PLACES_PLACE_KINDS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lib/input/faults.h"

namespace lagesbild::cli {

// From a register's code ("gr", "FKLASS"), a school form's name ("Grundskola")
// or the contract's ("PRIMARY_SCHOOL"); UNSPECIFIED for what is no kind.
proximity::v1::PlaceKind KindNamed(absl::string_view text);

// Reads the kinds of a file's rows and remembers what is none: a misspelt
// school form would take a school out of the picture.
class KindReader {
 public:
  // `field` is where the row has them: "features[2].properties.skolformer".
  // What is no kind is left out.
  std::vector<proximity::v1::PlaceKind> Read(
      const std::vector<std::string>& texts, int row, absl::string_view field);

  // Each spelling that is no kind, with the first row that has it.
  void Report(input::Faults* faults) const;

 private:
  struct Misfit {
    int row = 0;
    std::string field;
    int count = 0;
  };
  std::map<std::string, Misfit> misfits_;
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_PLACE_KINDS_H_
