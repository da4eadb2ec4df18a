#include "cli/county/county.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/county/history.h"
#include "cli/county/interventions.h"
#include "cli/county/layout.h"
#include "cli/county/month_sorter.h"
#include "cli/county/placing.h"
#include "lib/base/status.h"
#include "lib/geo/geojson.h"
#include "lib/geo/measure.h"

namespace lagesbild::county {
namespace {

using geo::FeatureCollectionWriter;
using nlohmann::json;

absl::Status CannotWrite(const std::string& path) {
  return absl::UnavailableError(absl::StrCat("cannot write ", path));
}

// A GeoJSON file that grows feature by feature.
class GeoJsonFile {
 public:
  GeoJsonFile(std::string path, const json& meta)
      : path_(std::move(path)),
        out_(path_, std::ios::binary | std::ios::trunc),
        writer_(&out_, meta) {}

  void Add(const json& properties, const geo::Geometry& geometry) {
    writer_.Add(properties, geometry);
  }

  absl::Status Finish() {
    writer_.Finish();
    out_.close();
    return out_.fail() ? CannotWrite(path_) : absl::OkStatus();
  }

 private:
  const std::string path_;
  std::ofstream out_;
  FeatureCollectionWriter writer_;
};

json MetaOf(const CountyOptions& options) {
  return {{"source", "lagesbild generate: an invented county"},
          {"seed", options.seed},
          {"scale", options.scale},
          {"crs", "WGS84"}};
}

std::string FileIn(const CountyOptions& options, absl::string_view name) {
  return (std::filesystem::path(options.directory) / std::string(name))
      .string();
}

// All files of one run.
class Writer {
 public:
  explicit Writer(const CountyOptions& options)
      : options_(options),
        municipalities_(FileIn(options, "municipalities.geojson"),
                        MetaOf(options)),
        places_(FileIn(options, "places.geojson"), MetaOf(options)),
        sites_(FileIn(options, "sites.geojson"), MetaOf(options)),
        history_(FileIn(options, "history.jsonl")),
        interventions_path_(FileIn(options, "interventions.jsonl")),
        interventions_(interventions_path_,
                       std::ios::binary | std::ios::trunc) {}

  absl::Status AddCounty(int number) {
    Random random(options_.seed, number);
    Names names(&random);
    const Frame frame = FrameOf(number, options_.scale);
    const std::string prefix = CodePrefix(number);
    if (number == 0) name_ = names.County();
    const auto municipalities = LayOut(number, frame, &random, &names);
    LB_ASSIGN_OR_RETURN(
        const Placed placed,
        PlaceSitesAndSchools(prefix, municipalities, frame, &random, &names));
    for (const Municipality& m : municipalities) Add(m);
    for (const Site& site : placed.sites) Add(site);
    for (const Place& place : placed.places) Add(place);
    for (const Act& act : WriteHistory(placed.sites, &random)) {
      history_.Add(act);
      ++summary_.acts;
    }
    for (const std::string& line :
         WriteInterventions(prefix, placed.sites, &random)) {
      interventions_ << line << '\n';
      ++summary_.interventions;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<CountySummary> Finish() {
    LB_RETURN_IF_ERROR(municipalities_.Finish());
    LB_RETURN_IF_ERROR(places_.Finish());
    LB_RETURN_IF_ERROR(sites_.Finish());
    LB_RETURN_IF_ERROR(history_.Finish());
    interventions_.close();
    if (interventions_.fail()) return CannotWrite(interventions_path_);
    LB_RETURN_IF_ERROR(WriteFigures());
    return summary_;
  }

 private:
  void Add(const Municipality& m) {
    const geo::Geometry outline =
        geo::MultiPolygon{.polygons = {{.outer = m.outline, .holes = {}}}};
    municipalities_.Add({{"code", m.code}, {"name", m.name}}, outline);
    const geo::BoundingBox box = geo::BoundingBoxOf(outline);
    box_ = box_ ? box_->Union(box) : box;
    ++summary_.municipalities;
  }

  void Add(const Site& site) {
    sites_.Add(
        {{"id", site.id},
         {"name", site.name},
         {"category", site.category},
         {"municipality", site.municipality},
         {"police", site.police},
         {"near_transit", site.near_transit},
         {"established_since", base::FormatDate(site.established_since)}},
        site.geometry);
    ++summary_.sites;
  }

  void Add(const Place& place) {
    places_.Add({{"id", place.id},
                 {"name", place.name},
                 {"kind", place.kind},
                 {"kinds", place.kinds},
                 {"municipality", place.municipality}},
                geo::PointGeometry(place.position));
    ++summary_.places;
  }

  absl::Status WriteFigures() {
    const int k = options_.scale;
    const nlohmann::ordered_json figures = {
        {"name", name_},
        {"seed", options_.seed},
        {"scale", k},
        {"box",
         {{"south", box_->south},
          {"west", box_->west},
          {"north", box_->north},
          {"east", box_->east}}},
        {"municipalities", summary_.municipalities},
        {"places", summary_.places},
        {"year_ends",
         {{{"date", "2022-12-31"},
           {"open", 63 * k},
           {"municipalities", 13 * k},
           {"open_in_largest", 31 * k},
           {"largest_near_school", 24 * k},
           {"near_school", 43 * k}},
          {{"date", "2023-12-31"},
           {"open", 53 * k},
           {"open_as_known_then", 55 * k},
           {"contested", k},
           {"municipalities", 8 * k},
           {"ceased", 10 * k},
           {"born_by_split", 3 * k},
           {"merged_away", 2 * k}}}}};
    const std::string path = FileIn(options_, "county.json");
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << figures.dump(2) << '\n';
    out.close();
    return out.fail() ? CannotWrite(path) : absl::OkStatus();
  }

  const CountyOptions& options_;
  GeoJsonFile municipalities_;
  GeoJsonFile places_;
  GeoJsonFile sites_;
  MonthSorter history_;
  const std::string interventions_path_;
  std::ofstream interventions_;
  CountySummary summary_;
  std::string name_;
  std::optional<geo::BoundingBox> box_;
};

}  // namespace

absl::StatusOr<CountySummary> GenerateCounty(const CountyOptions& options) {
  if (options.scale < 1 || options.scale > kMaxScale) {
    return base::InvalidField("scale",
                              absl::StrCat("is not between 1 and ", kMaxScale));
  }
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat(
        "cannot make folder ", options.directory, ": ", error.message()));
  }
  Writer writer(options);
  for (int number = 0; number < options.scale; ++number) {
    LB_RETURN_IF_ERROR(writer.AddCounty(number));
    if (options.progress) options.progress(number + 1, options.scale);
  }
  return writer.Finish();
}

}  // namespace lagesbild::county
