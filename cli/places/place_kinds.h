#ifndef LAGESBILD_CLI_PLACES_PLACE_KINDS_H_
#define LAGESBILD_CLI_PLACES_PLACE_KINDS_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lib/input/faults.h"

namespace lagesbild::cli {

// From a register's code ("gr", "FKLASS"), a school form's name ("Grundskola")
// or the contract's ("PRIMARY_SCHOOL"); UNSPECIFIED for what is no kind.
proximity::v1::PlaceKind KindNamed(absl::string_view text);

// What school forms are that KindNamed does not know, or takes for another
// kind; in small ASCII letters.
using KindForms = std::map<std::string, proximity::v1::PlaceKind>;

// Of "NYSKOLFORM=primary-school": a form as a file spells it, and a kind as
// KindNamed has it or as the other commands take it. INVALID_ARGUMENT for
// anything else.
absl::StatusOr<KindForms> ParseKindForms(const std::vector<std::string>& pairs);

// Reads the kinds of a file's rows and remembers what is none: a misspelt
// school form would take a school out of the picture.
class KindReader {
 public:
  explicit KindReader(KindForms forms = {}) : forms_(std::move(forms)) {}

  // `field` is where the row has them: "features[2].properties.skolformer";
  // `remedy` what its format offers besides --kind. What is no kind is left
  // out.
  std::vector<proximity::v1::PlaceKind> Read(
      const std::vector<std::string>& texts, int row, absl::string_view field,
      absl::string_view remedy = "");

  // Each spelling that is no kind, with the first row that has it.
  void Report(input::Faults* faults) const;

 private:
  struct Misfit {
    int row = 0;
    std::string field;
    std::string remedy;
    int count = 0;
  };
  proximity::v1::PlaceKind KindOf(const std::string& text) const;

  const KindForms forms_;
  std::map<std::string, Misfit> misfits_;
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_PLACE_KINDS_H_
