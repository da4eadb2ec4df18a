#include "lib/geo/geojson.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::geo {
namespace {

using nlohmann::json;

// nlohmann's messages begin "[json.exception.parse_error.101] parse error at ".
absl::Status NotJson(absl::string_view message) {
  const size_t bracket = message.find("] ");
  if (bracket != absl::string_view::npos) message.remove_prefix(bracket + 2);
  return absl::InvalidArgumentError(absl::StrCat("not valid JSON: ", message));
}

absl::StatusOr<Feature> ParseFeature(int row, json& feature,
                                     const GeoJsonOptions& options) {
  const std::string field = absl::StrCat("features[", row - 1, "]");
  if (!feature.is_object() || feature.value("type", json()) != "Feature") {
    return base::InvalidField(field, "is not a GeoJSON Feature");
  }
  json properties = feature.value("properties", json());
  if (properties.is_null()) properties = json::object();
  if (!properties.is_object()) {
    return base::InvalidField(absl::StrCat(field, ".properties"),
                              "is not an object");
  }
  LB_ASSIGN_OR_RETURN(Geometry geometry,
                      ParseGeometry(feature.value("geometry", json()),
                                    absl::StrCat(field, ".geometry"), options));
  return Feature{row, std::move(properties), std::move(geometry)};
}

// The fault with its row, which is what people count by.
absl::Status InRow(int row, const absl::Status& status) {
  std::vector<base::FieldViolation> violations =
      base::DetailOf(status).violations;
  for (base::FieldViolation& violation : violations) {
    violation.description =
        absl::StrCat("row ", row, ": ", violation.description);
  }
  return base::InvalidFields(std::move(violations));
}

// Follows the parser and takes each element of the top-level "features" out of
// the document as soon as it is complete.
class FeatureTap {
 public:
  FeatureTap(const GeoJsonOptions& options, FeatureVisitor visit)
      : options_(options), visit_(visit) {}

  // False: the parser forgets the value.
  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    using Event = json::parse_event_t;
    if (depth == 1 && event == Event::key) {
      in_features_ = parsed == "features";
    }
    if (!in_features_ || depth != 2) return true;
    if (event == Event::object_start || event == Event::array_start ||
        event == Event::key) {
      return true;
    }
    Take(parsed);
    return false;
  }

 private:
  void Take(json& element) {
    ++row_;
    absl::StatusOr<Feature> feature = ParseFeature(row_, element, options_);
    if (!feature.ok()) feature = InRow(row_, feature.status());
    visit_(row_, std::move(feature));
  }

  const GeoJsonOptions& options_;
  FeatureVisitor visit_;
  bool in_features_ = false;
  int row_ = 0;
};

absl::Status CheckCollection(const json& root) {
  if (root.is_object() && root.value("type", json()) == "FeatureCollection" &&
      root.value("features", json()).is_array()) {
    return absl::OkStatus();
  }
  return base::InvalidField("type", "is not a GeoJSON FeatureCollection");
}

}  // namespace

absl::Status ReadFeatures(absl::string_view text, const GeoJsonOptions& options,
                          FeatureVisitor visit) {
  FeatureTap tap(options, visit);
  try {
    // By reference: std::function would copy the tap and its row count.
    return CheckCollection(
        json::parse(text.begin(), text.end(),
                    [&tap](int depth, json::parse_event_t event, json& parsed) {
                      return tap(depth, event, parsed);
                    }));
  } catch (const json::exception& e) {
    return NotJson(e.what());
  }
}

absl::StatusOr<std::vector<Feature>> ParseFeatureCollection(
    absl::string_view text, const GeoJsonOptions& options) {
  std::vector<Feature> features;
  std::vector<base::FieldViolation> violations;
  const absl::Status read =
      ReadFeatures(text, options, [&](int, absl::StatusOr<Feature> feature) {
        if (feature.ok()) {
          features.push_back(*std::move(feature));
        } else if (violations.size() < kMaxListedFaults) {
          for (auto& violation : base::DetailOf(feature.status()).violations) {
            violations.push_back(std::move(violation));
          }
        }
      });
  LB_RETURN_IF_ERROR(read);
  LB_RETURN_IF_ERROR(base::InvalidFields(std::move(violations)));
  return features;
}

}  // namespace lagesbild::geo
