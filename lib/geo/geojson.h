#ifndef LAGESBILD_LIB_GEO_GEOJSON_H_
#define LAGESBILD_LIB_GEO_GEOJSON_H_

#include <functional>
#include <istream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/geo/geometry.h"
#include "lib/geo/measure.h"

namespace lagesbild::geo {

// One feature of a GeoJSON file (RFC 7946).
struct Feature {
  int row = 0;                // from 1, in file order
  nlohmann::json properties;  // an object, empty where the file has null
  Geometry geometry;          // a Point is a disc of radius 0
};

struct GeoJsonOptions {
  // Where the features belong. A position outside it that would lie inside with
  // its numbers swapped is an error that says so; other positions outside are
  // let through. Without it no position is taken for swapped.
  std::optional<BoundingBox> region = {};
  // Which features are read, by their properties; the others are passed over,
  // whatever their geometry is like. Empty: all.
  std::function<bool(const nlohmann::json& properties)> wanted = {};
  // What to do about a position that is taken for swapped, but for mending it;
  // ends that error.
  std::string swapped_remedy = {};
};

// The most faults that one error lists.
inline constexpr int kMaxListedFaults = 20;

// Whether `position` lies outside `region` and would lie inside with latitude
// and longitude swapped.
bool LooksSwapped(const LatLng& position, const BoundingBox& region);

// Reads a FeatureCollection, handing over one feature at a time (nothing else
// of the file is kept in memory). A row that cannot be used is handed over as
// INVALID_ARGUMENT INVALID_FIELD with the row and the field
// ("features[3].geometry.coordinates[0][2]"), and reading goes on. Returned is
// an error when the text is not JSON (with line, column and the row it is in;
// rows before it have been handed over) or not a FeatureCollection.
using FeatureVisitor =
    absl::FunctionRef<void(int row, absl::StatusOr<Feature>)>;
absl::Status ReadFeatures(absl::string_view text, const GeoJsonOptions& options,
                          FeatureVisitor visit);
// As above from a stream, without ever holding the text.
absl::Status ReadFeatures(std::istream* in, const GeoJsonOptions& options,
                          FeatureVisitor visit);

// All features, or one error that lists the rows at fault, up to
// kMaxListedFaults of them.
absl::StatusOr<std::vector<Feature>> ParseFeatureCollection(
    absl::string_view text, const GeoJsonOptions& options = {});

// A GeoJSON geometry object, or INVALID_FIELD naming the place below `field`.
absl::StatusOr<Geometry> ParseGeometry(const nlohmann::json& json,
                                       absl::string_view field,
                                       const GeoJsonOptions& options = {});

// Point, Polygon or MultiPolygon. A disc's radius has no place in GeoJSON: it
// is left out.
nlohmann::json GeometryToJson(const Geometry& geometry);

// Writes a FeatureCollection to a stream that outlives it, feature by feature,
// one a line, with `meta` (an object; may be null) beside the features.
class FeatureCollectionWriter {
 public:
  FeatureCollectionWriter(std::ostream* out, const nlohmann::json& meta);
  void Add(const nlohmann::json& properties, const Geometry& geometry);
  // Must be called last, once.
  void Finish();

 private:
  std::ostream* const out_;
  bool first_ = true;
};

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_GEOJSON_H_
