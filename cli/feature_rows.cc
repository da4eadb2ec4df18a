#include "cli/feature_rows.h"

#include <filesystem>
#include <functional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "lib/base/status.h"
#include "lib/input/faults.h"

namespace lagesbild::cli {
namespace {

using Json = nlohmann::json;

// How many of a file's properties a hint lists.
constexpr int kMaxHinted = 12;

// A whole number keeps its digits, text is itself; anything else is empty.
std::string AsText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return value.dump();
  return "";
}

// The first of `names` that is there, or end().
Json::const_iterator FindFirst(const Json& properties,
                               const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = properties.find(name);
    if (found != properties.end() && !found->is_null()) return found;
  }
  return properties.end();
}

std::vector<std::string> AsList(const Json& value) {
  if (!value.is_array()) return {AsText(value)};
  std::vector<std::string> list;
  for (const Json& item : value) list.push_back(AsText(item));
  return list;
}

std::string TextOf(const Json& properties,
                   const std::vector<std::string>& names) {
  const auto found = FindFirst(properties, names);
  return found == properties.end() ? "" : AsText(*found);
}

bool Matches(const Json& value, const std::string& wanted) {
  if (value.is_string()) return value == wanted;
  double number = 0;
  return value.dump() == wanted ||
         (value.is_number() && absl::SimpleAtod(wanted, &number) &&
          value.get<double>() == number);
}

// No id may stand twice.
class RepeatCheck {
 public:
  explicit RepeatCheck(input::Faults* faults) : faults_(faults) {}

  void See(const FeatureRow& row) {
    const auto [first, is_new] = rows_.emplace(row.id, row.row);
    if (is_new) return;
    faults_->Add(row.fields,
                 absl::StrCat("row ", row.row, ": id '", row.id,
                              "' stands in row ", first->second,
                              " already; another property can be the id with "
                              "--map id=PROPERTY"));
  }

 private:
  input::Faults* const faults_;
  std::map<std::string, int> rows_;
};

std::string PropertiesOf(const FeatureRow& row) {
  std::vector<std::string> names;
  for (const auto& [name, value] : row.properties.items()) {
    if (static_cast<int>(names.size()) == kMaxHinted) break;
    names.push_back(name);
  }
  return names.empty() ? "the features have none"
                       : "there is " + absl::StrJoin(names, ", ");
}

}  // namespace

PropertyNames KnownNames() {
  return {
      {"id",
       {"skolenhetskod", "skolverkets_id", "id", "code", "omradeskod", "deso",
        "external_id"}},
      {"name", {"name", "namn"}},
      {"kind", {"skolformer", "kinds", "kind", "category", "kategori"}},
      {"municipality", {"kommun_reg", "municipality", "kommun"}},
      {"lat", {"lat", "latitude", "latitud", "wgs84_lat"}},
      {"lon", {"lon", "lng", "long", "longitude", "longitud", "wgs84_lon"}}};
}

absl::StatusOr<PropertyNames> ParseMap(absl::string_view map) {
  PropertyNames names = KnownNames();
  for (absl::string_view pair : absl::StrSplit(map, ',', absl::SkipEmpty())) {
    const std::vector<std::string> parts = absl::StrSplit(pair, '=');
    if (parts.size() != 2 || parts[1].empty() || names.count(parts[0]) == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--map takes id=, name=, kind=, municipality=, lat= and lon= with a "
          "property's name, not '",
          pair, "'"));
    }
    names[parts[0]] = {parts[1]};
  }
  return names;
}

absl::StatusOr<std::optional<Where>> ParseWhere(absl::string_view where) {
  if (where.empty()) return std::optional<Where>();
  const std::vector<std::string> parts =
      absl::StrSplit(where, absl::MaxSplits('=', 1));
  if (parts.size() != 2 || parts[0].empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--where takes PROPERTY=VALUE, not '", where, "'"));
  }
  return std::optional<Where>(Where{parts[0], parts[1]});
}

bool IsWanted(const std::optional<Where>& where, const Json& properties) {
  if (!where) return true;
  const auto found = properties.find(where->property);
  return found != properties.end() && Matches(*found, where->value);
}

FeatureRow RowOf(geo::Feature feature, const PropertyNames& names) {
  FeatureRow row;
  row.row = feature.row;
  row.id = TextOf(feature.properties, names.at("id"));
  row.name = TextOf(feature.properties, names.at("name"));
  row.municipality = TextOf(feature.properties, names.at("municipality"));
  const auto kind = FindFirst(feature.properties, names.at("kind"));
  if (kind != feature.properties.end()) {
    row.kinds = AsList(*kind);
    row.kind_property = kind.key();
  }
  row.geometry = std::move(feature.geometry);
  row.properties = std::move(feature.properties);
  return row;
}

MissingIds::MissingIds(const PropertyNames& names)
    : tried_(absl::StrJoin(names.at("id"), ", ")) {}

bool MissingIds::See(const FeatureRow& row) {
  if (with_id_ + without_ == 0) there_ = PropertiesOf(row);
  ++(row.id.empty() ? without_ : with_id_);
  if (row.id.empty() && without_ <= input::kMaxFaults) {
    first_.push_back({row.row, row.fields});
  }
  return !row.id.empty();
}

void MissingIds::Report(absl::string_view whole, input::Faults* faults) const {
  if (without_ > 0 && with_id_ == 0) {
    return faults->Add(
        whole,
        absl::StrCat("no feature has an id (tried ", tried_,
                     "); --map id=PROPERTY names its property: ", there_));
  }
  for (const Row& row : first_) {
    faults->Add(row.fields,
                absl::StrCat("row ", row.row, ": no id (tried ", tried_,
                             "); name its property with --map "
                             "id=PROPERTY"));
  }
}

absl::Status InFile(const std::string& path, const absl::Status& status) {
  base::ErrorDetail detail = base::DetailOf(status);
  detail.metadata["file"] = path;
  return base::WithDetail(
      absl::Status(status.code(), absl::StrCat(path, ": ", status.message())),
      detail);
}

absl::StatusOr<std::ifstream> OpenFile(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError("is a folder, not a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (file) return file;
  return absl::NotFoundError(std::filesystem::exists(path, error)
                                 ? "cannot be opened"
                                 : "there is no such file");
}

absl::Status VisitFeatureRows(std::istream* in, const ReadOptions& options,
                              RowVisitor visit) {
  geo::GeoJsonOptions geojson{options.region, {}, options.swapped_remedy};
  if (options.where) {
    geojson.wanted = [&](const Json& properties) {
      return IsWanted(options.where, properties);
    };
  }
  return geo::ReadFeatures(
      in, geojson, [&](int row, absl::StatusOr<geo::Feature> feature) {
        if (!feature.ok()) return visit(feature.status());
        FeatureRow made = RowOf(*std::move(feature), options.names);
        made.at = absl::StrCat("features[", row - 1, "]");
        made.fields = made.at + ".properties";
        visit(std::move(made));
      });
}

absl::StatusOr<std::vector<FeatureRow>> ReadFeatureRows(
    const std::string& path, const ReadOptions& options) {
  auto file = OpenFile(path);
  if (!file.ok()) return InFile(path, file.status());
  std::vector<FeatureRow> rows;
  input::Faults faults;
  MissingIds missing(options.names);
  RepeatCheck repeats(&faults);
  const absl::Status read =
      VisitFeatureRows(&*file, options, [&](absl::StatusOr<FeatureRow> row) {
        if (!row.ok()) return faults.Add(row.status());
        rows.push_back(*std::move(row));
        if (missing.See(rows.back())) repeats.See(rows.back());
      });
  if (!read.ok()) return InFile(path, read);
  missing.Report("features", &faults);
  if (absl::Status s = faults.ToStatus(); !s.ok()) return InFile(path, s);
  if (rows.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": no feature to import",
                     options.where ? " matches --where" : ""));
  }
  return rows;
}

}  // namespace lagesbild::cli
