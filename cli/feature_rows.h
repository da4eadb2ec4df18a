#ifndef LAGESBILD_CLI_FEATURE_ROWS_H_
#define LAGESBILD_CLI_FEATURE_ROWS_H_

#include <fstream>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/geo/geojson.h"
#include "lib/input/faults.h"

namespace lagesbild::cli {

// What a row of a file is about, as far as the imports care.
struct FeatureRow {
  int row = 0;     // from 1, in the file
  std::string at;  // where the file has it: "features[2]", "line 4"
  std::string
      fields;  // what its properties are below: "features[2].properties"
  std::string id;
  std::string name;
  std::vector<std::string> kinds;  // as the file spells them; may be empty
  std::string kind_property;       // where they stand; empty without kinds
  std::string municipality;        // code; may be empty
  geo::Geometry geometry;
  nlohmann::json properties;
};

// Which properties of a file hold what: "id", "name", "kind", "municipality",
// "lat", "lon" → the property names to try, the first that a feature has wins.
using PropertyNames = std::map<std::string, std::vector<std::string>>;

// The names used by the files that are known: the national school register's
// and preschools' extracts, statistical and police areas, stops and squares,
// and what `lagesbild generate` writes.
PropertyNames KnownNames();

// "id=namn,kind=typ": replaces what is tried. INVALID_ARGUMENT for a key that
// is not one of the six. A GeoJSON file has its positions elsewhere than in
// "lat" and "lon".
absl::StatusOr<PropertyNames> ParseMap(absl::string_view map);

// A row is taken when the property equals the value, as the file writes it:
// text, a number, true or false.
struct Where {
  std::string property;
  std::string value;
};
// "region=Stockholm"; nullopt for "".
absl::StatusOr<std::optional<Where>> ParseWhere(absl::string_view where);

struct ReadOptions {
  PropertyNames names = KnownNames();
  std::optional<Where> where;
  std::optional<geo::BoundingBox> region;  // to tell swapped coordinates
  std::string swapped_remedy;  // what to do about them, but for mending them
};

// Whether --where takes a feature with these properties; all without it.
bool IsWanted(const std::optional<Where>& where,
              const nlohmann::json& properties);

// The row that a feature is; its `at` and `fields` are left to the caller.
FeatureRow RowOf(geo::Feature feature, const PropertyNames& names);

// Gathers the rows of a file that have no id. Where no row has one the file is
// at fault, not each of them.
class MissingIds {
 public:
  explicit MissingIds(const PropertyNames& names);
  // Returns whether the row has an id.
  bool See(const FeatureRow& row);
  // `whole` is the field of the file's own fault.
  void Report(absl::string_view whole, input::Faults* faults) const;

 private:
  struct Row {
    int row = 0;
    std::string fields;
  };
  const std::string tried_;
  std::string there_;  // properties of the first row
  int with_id_ = 0;
  int without_ = 0;
  std::vector<Row> first_;  // without one
};

// `status` as a fault of the file.
absl::Status InFile(const std::string& path, const absl::Status& status);

// Opens a file to be read. NOT_FOUND when there is none, INVALID_ARGUMENT for a
// folder; neither names it (see InFile).
absl::StatusOr<std::ifstream> OpenFile(const std::string& path);

// Hands over each row of a GeoJSON text, or the faults of one that cannot be
// used. INVALID_ARGUMENT when the text is no GeoJSON; ids are not looked at.
using RowVisitor = absl::FunctionRef<void(absl::StatusOr<FeatureRow>)>;
absl::Status VisitFeatureRows(std::istream* in, const ReadOptions& options,
                              RowVisitor visit);

// The rows of a GeoJSON file. INVALID_ARGUMENT naming the file and every row
// and field at fault (the first input::kMaxFaults): broken JSON, geometry, a
// missing or doubled id. NOT_FOUND when there is no such file.
absl::StatusOr<std::vector<FeatureRow>> ReadFeatureRows(
    const std::string& path, const ReadOptions& options);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_FEATURE_ROWS_H_
