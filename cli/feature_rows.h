#ifndef LAGESBILD_CLI_FEATURE_ROWS_H_
#define LAGESBILD_CLI_FEATURE_ROWS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/geo/geojson.h"

namespace lagesbild::cli {

// What a row of a file is about, as far as the imports care.
struct FeatureRow {
  int row = 0;  // from 1, in the file
  std::string id;
  std::string name;
  std::vector<std::string> kinds;  // as the file spells them; may be empty
  std::string kind_property;       // where they stand; empty without kinds
  std::string municipality;        // code; may be empty
  geo::Geometry geometry;
  nlohmann::json properties;
};

// Which properties of a file hold what: "id", "name", "kind", "municipality" →
// the property names to try, the first that a feature has wins.
using PropertyNames = std::map<std::string, std::vector<std::string>>;

// The names used by the files that are known: the national school register's
// and preschools' extracts, statistical and police areas, stops and squares,
// and what `lagesbild generate` writes.
PropertyNames KnownNames();

// "id=namn,kind=typ": replaces what is tried. INVALID_ARGUMENT for a key that
// is not one of the four.
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
};

// "features[2].properties" for row 3.
std::string PropertiesField(int row);

// `status` as a fault of the file.
absl::Status InFile(const std::string& path, const absl::Status& status);

// The rows of a GeoJSON file. INVALID_ARGUMENT naming the file and every row
// and field at fault (the first input::kMaxFaults): broken JSON, geometry, a
// missing or doubled id. NOT_FOUND when there is no such file.
absl::StatusOr<std::vector<FeatureRow>> ReadFeatureRows(
    const std::string& path, const ReadOptions& options);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_FEATURE_ROWS_H_
