#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lib/base/status.h"
#include "lib/geo/geojson.h"
#include "lib/geo/validity.h"

namespace lagesbild::geo {
namespace {

using nlohmann::json;

constexpr absl::string_view kPoint = "Point";
constexpr absl::string_view kPolygon = "Polygon";
constexpr absl::string_view kMultiPolygon = "MultiPolygon";
constexpr size_t kMaxQuoted = 40;
// Longitude, latitude and height.
constexpr size_t kMaxNumbers = 3;
// Broken UTF-8 in a property must not throw.
constexpr auto kReplace = json::error_handler_t::replace;

std::string Element(absl::string_view field, size_t index) {
  return absl::StrCat(field, "[", index, "]");
}

// A short form of what stands where a number should.
absl::Status NotANumber(const json& value, absl::string_view field) {
  if (!value.is_string()) {
    return base::InvalidField(field, "is not a number");
  }
  const std::string text =
      value.get_ref<const std::string&>().substr(0, kMaxQuoted);
  const bool comma = text.find(',') != std::string::npos;
  return base::InvalidField(
      field, absl::StrCat("is the text \"", text, "\", not a number",
                          comma ? ": comma decimals; write 18.07, without "
                                  "quotes and with a point"
                                : "; leave out the quotes"));
}

absl::StatusOr<double> ParseNumber(const json& value, absl::string_view field) {
  if (!value.is_number()) return NotANumber(value, field);
  return value.get<double>();
}

absl::StatusOr<LatLng> ParsePosition(const json& value, absl::string_view field,
                                     const GeoJsonOptions& options) {
  if (!value.is_array() || value.size() < 2) {
    return base::InvalidField(field, "is not a position [longitude, latitude]");
  }
  // 18,07 without quotes is two numbers, and the first two of four look like a
  // position.
  if (value.size() > kMaxNumbers) {
    return base::InvalidField(
        field, absl::StrCat("has ", value.size(),
                            " numbers: comma decimals? write [18.07, 59.33], "
                            "with points"));
  }
  LatLng position;
  LB_ASSIGN_OR_RETURN(position.longitude,
                      ParseNumber(value[0], Element(field, 0)));
  LB_ASSIGN_OR_RETURN(position.latitude,
                      ParseNumber(value[1], Element(field, 1)));
  if (options.region && LooksSwapped(position, *options.region)) {
    return base::InvalidField(
        field,
        absl::StrFormat("coordinates look swapped: [%.9g, %.9g] lies outside "
                        "the region and would lie inside as [%.9g, %.9g] "
                        "(longitude first)%s%s",
                        position.longitude, position.latitude,
                        position.latitude, position.longitude,
                        options.swapped_remedy.empty() ? "" : "; ",
                        options.swapped_remedy));
  }
  return position;
}

// Applies `parse(element, field)` to each element of an array.
template <typename T, typename Parse>
absl::StatusOr<std::vector<T>> ParseList(const json& value,
                                         absl::string_view field,
                                         const Parse& parse) {
  if (!value.is_array()) return base::InvalidField(field, "is not an array");
  std::vector<T> list;
  for (size_t i = 0; i < value.size(); ++i) {
    LB_ASSIGN_OR_RETURN(T element, parse(value[i], Element(field, i)));
    list.push_back(std::move(element));
  }
  return list;
}

absl::StatusOr<Polygon> ParsePolygon(const json& value, absl::string_view field,
                                     const GeoJsonOptions& options) {
  const auto position = [&options](const json& v, absl::string_view f) {
    return ParsePosition(v, f, options);
  };
  const auto ring = [&position](const json& v, absl::string_view f) {
    return ParseList<LatLng>(v, f, position);
  };
  LB_ASSIGN_OR_RETURN(std::vector<Ring> rings,
                      ParseList<Ring>(value, field, ring));
  if (rings.empty()) return base::InvalidField(field, "has no ring");
  Polygon polygon{.outer = std::move(rings[0]), .holes = {}};
  rings.erase(rings.begin());
  polygon.holes = std::move(rings);
  return polygon;
}

absl::StatusOr<Geometry> ParseByType(absl::string_view type,
                                     const json& coordinates,
                                     absl::string_view field,
                                     const GeoJsonOptions& options) {
  const auto polygon = [&options](const json& v, absl::string_view f) {
    return ParsePolygon(v, f, options);
  };
  MultiPolygon multi;
  if (type == kPoint) {
    LB_ASSIGN_OR_RETURN(const LatLng position,
                        ParsePosition(coordinates, field, options));
    return PointGeometry(position);
  }
  if (type == kPolygon) {
    LB_ASSIGN_OR_RETURN(Polygon only, polygon(coordinates, field));
    multi.polygons.push_back(std::move(only));
  } else {
    LB_ASSIGN_OR_RETURN(multi.polygons,
                        ParseList<Polygon>(coordinates, field, polygon));
  }
  return multi;
}

// The fault's place as GeoJSON nests it: a Polygon has no polygon index.
absl::Status CheckValid(const Geometry& geometry, absl::string_view type,
                        absl::string_view field) {
  const std::optional<GeometryFault> fault = FindFault(geometry);
  if (!fault) return absl::OkStatus();
  std::string path(field);
  const int polygon = type == kMultiPolygon ? fault->polygon : -1;
  for (const int index : {polygon, fault->ring, fault->position}) {
    if (index >= 0) path = Element(path, index);
  }
  return base::InvalidField(path, fault->what);
}

json PositionToJson(const LatLng& position) {
  return json::array({position.longitude, position.latitude});
}

json RingToJson(const Ring& ring) {
  json positions = json::array();
  for (const LatLng& position : ring) {
    positions.push_back(PositionToJson(position));
  }
  return positions;
}

json PolygonToJson(const Polygon& polygon) {
  json rings = json::array({RingToJson(polygon.outer)});
  for (const Ring& hole : polygon.holes) rings.push_back(RingToJson(hole));
  return rings;
}

json TypedJson(absl::string_view type, json coordinates) {
  return {{"type", std::string(type)}, {"coordinates", std::move(coordinates)}};
}

}  // namespace

bool LooksSwapped(const LatLng& position, const BoundingBox& region) {
  const LatLng swapped{.latitude = position.longitude,
                       .longitude = position.latitude};
  return !region.Contains(position) && region.Contains(swapped);
}

absl::StatusOr<Geometry> ParseGeometry(const json& value,
                                       absl::string_view field,
                                       const GeoJsonOptions& options) {
  if (value.is_null()) {
    return base::InvalidField(field, "is missing or null: it has no position");
  }
  if (!value.is_object() || !value.value("type", json()).is_string()) {
    return base::InvalidField(field, "is not a GeoJSON geometry");
  }
  const std::string type = value["type"].get<std::string>();
  if (type != kPoint && type != kPolygon && type != kMultiPolygon) {
    return base::InvalidField(
        absl::StrCat(field, ".type"),
        absl::StrCat("\"", type.substr(0, kMaxQuoted),
                     "\" is not Point, Polygon or MultiPolygon"));
  }
  const std::string coordinates = absl::StrCat(field, ".coordinates");
  LB_ASSIGN_OR_RETURN(Geometry geometry,
                      ParseByType(type, value.value("coordinates", json()),
                                  coordinates, options));
  LB_RETURN_IF_ERROR(CheckValid(geometry, type, coordinates));
  return geometry;
}

json GeometryToJson(const Geometry& geometry) {
  if (const auto* disc = std::get_if<Disc>(&geometry)) {
    return TypedJson(kPoint, PositionToJson(disc->center));
  }
  const auto& multi = std::get<MultiPolygon>(geometry);
  if (multi.polygons.size() == 1) {
    return TypedJson(kPolygon, PolygonToJson(multi.polygons[0]));
  }
  json polygons = json::array();
  for (const Polygon& polygon : multi.polygons) {
    polygons.push_back(PolygonToJson(polygon));
  }
  return TypedJson(kMultiPolygon, std::move(polygons));
}

FeatureCollectionWriter::FeatureCollectionWriter(std::ostream* out,
                                                 const json& meta)
    : out_(out) {
  *out_ << "{\"type\":\"FeatureCollection\",";
  if (!meta.is_null())
    *out_ << "\"meta\":" << meta.dump(-1, ' ', false, kReplace) << ",";
  *out_ << "\"features\":[";
}

void FeatureCollectionWriter::Add(const json& properties,
                                  const Geometry& geometry) {
  // Ordered, so that every feature starts by saying what it is.
  nlohmann::ordered_json feature = {{"type", "Feature"},
                                    {"properties", properties},
                                    {"geometry", GeometryToJson(geometry)}};
  *out_ << (first_ ? "\n" : ",\n") << feature.dump(-1, ' ', false, kReplace);
  first_ = false;
}

void FeatureCollectionWriter::Finish() { *out_ << "\n]}\n"; }

}  // namespace lagesbild::geo
