#include "lib/geo/geojson.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::geo {
namespace {

using nlohmann::json;

std::string FieldOf(int row) { return absl::StrCat("features[", row - 1, "]"); }

// nlohmann's messages begin "[json.exception.parse_error.101] parse error at ".
// `row` is the one being read, 0 for none: a file of one line needs it.
absl::Status NotJson(absl::string_view message, int row) {
  const size_t bracket = message.find("] ");
  if (bracket != absl::string_view::npos) message.remove_prefix(bracket + 2);
  const std::string where =
      row == 0 ? "" : absl::StrCat("row ", row, " (", FieldOf(row), "): ");
  return absl::InvalidArgumentError(
      absl::StrCat("not valid JSON: ", where, message));
}

absl::StatusOr<json> PropertiesOf(const json& feature,
                                  const std::string& field) {
  if (!feature.is_object() || feature.value("type", json()) != "Feature") {
    return base::InvalidField(field, "is not a GeoJSON Feature");
  }
  json properties = feature.value("properties", json());
  if (properties.is_null()) return json::object();
  if (properties.is_object()) return properties;
  return base::InvalidField(field + ".properties", "is not an object");
}

// Nothing for a feature that is not wanted.
absl::StatusOr<std::optional<Feature>> ParseFeature(
    int row, const json& feature, const GeoJsonOptions& options) {
  const std::string field = FieldOf(row);
  LB_ASSIGN_OR_RETURN(json properties, PropertiesOf(feature, field));
  if (options.wanted && !options.wanted(properties)) {
    return std::optional<Feature>();
  }
  LB_ASSIGN_OR_RETURN(Geometry geometry,
                      ParseGeometry(feature.value("geometry", json()),
                                    field + ".geometry", options));
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
    if (depth == 1 && event == Event::array_end) in_features_ = false;
    if (!in_features_ || depth != 2) return true;
    if (event == Event::object_start || event == Event::array_start ||
        event == Event::key) {
      return true;
    }
    Take(parsed);
    return false;
  }

  // The row that is being read, or would come next; 0 outside the features.
  int row() const { return in_features_ ? row_ + 1 : 0; }

 private:
  void Take(const json& element) {
    ++row_;
    auto feature = ParseFeature(row_, element, options_);
    if (!feature.ok()) {
      visit_(row_, InRow(row_, feature.status()));
    } else if (*feature) {
      visit_(row_, **std::move(feature));
    }
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

// `input` is what the parser takes: a pair of iterators, or a stream.
template <typename... Input>
absl::Status ReadFrom(const GeoJsonOptions& options, FeatureVisitor visit,
                      Input&&... input) {
  FeatureTap tap(options, visit);
  try {
    // By reference: std::function would copy the tap and its row count.
    return CheckCollection(
        json::parse(std::forward<Input>(input)...,
                    [&tap](int depth, json::parse_event_t event, json& parsed) {
                      return tap(depth, event, parsed);
                    }));
  } catch (const json::exception& e) {
    return NotJson(e.what(), tap.row());
  }
}

}  // namespace

absl::Status ReadFeatures(absl::string_view text, const GeoJsonOptions& options,
                          FeatureVisitor visit) {
  return ReadFrom(options, visit, text.begin(), text.end());
}

absl::Status ReadFeatures(std::istream* in, const GeoJsonOptions& options,
                          FeatureVisitor visit) {
  return ReadFrom(options, visit, *in);
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
