#include "cli/feature_rows.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "lib/base/status.h"
#include "lib/input/faults.h"

namespace lagesbild::cli {
namespace {

using Json = nlohmann::json;

// A whole number keeps its digits, text is itself; anything else is empty.
std::string AsText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return value.dump();
  return "";
}

const Json* FindFirst(const Json& properties,
                      const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = properties.find(name);
    if (found != properties.end() && !found->is_null()) return &*found;
  }
  return nullptr;
}

std::vector<std::string> AsList(const Json* value) {
  if (value == nullptr) return {};
  if (!value->is_array()) return {AsText(*value)};
  std::vector<std::string> list;
  for (const Json& item : *value) list.push_back(AsText(item));
  return list;
}

std::string TextOf(const Json& properties,
                   const std::vector<std::string>& names) {
  const Json* found = FindFirst(properties, names);
  return found == nullptr ? "" : AsText(*found);
}

bool Matches(const Json& properties, const std::optional<Where>& where) {
  if (!where) return true;
  const auto found = properties.find(where->property);
  return found != properties.end() && AsText(*found) == where->value;
}

std::string PropertiesOf(int row) {
  return absl::StrCat("features[", row - 1, "].properties");
}

FeatureRow MakeRow(geo::Feature feature, const PropertyNames& names) {
  FeatureRow row;
  row.row = feature.row;
  row.id = TextOf(feature.properties, names.at("id"));
  row.name = TextOf(feature.properties, names.at("name"));
  row.kinds = AsList(FindFirst(feature.properties, names.at("kind")));
  row.municipality = TextOf(feature.properties, names.at("municipality"));
  row.geometry = std::move(feature.geometry);
  row.properties = std::move(feature.properties);
  return row;
}

// Ids must be there, and once.
class IdCheck {
 public:
  IdCheck(const PropertyNames& names, input::Faults* faults)
      : tried_(absl::StrJoin(names.at("id"), ", ")), faults_(faults) {}

  void See(const FeatureRow& row) {
    if (row.id.empty()) {
      return faults_->Add(
          PropertiesOf(row.row),
          absl::StrCat("row ", row.row, ": no id (tried ", tried_,
                       "); name its property with --map "
                       "id=PROPERTY"));
    }
    const auto [first, is_new] = rows_.emplace(row.id, row.row);
    if (is_new) return;
    faults_->Add(PropertiesOf(row.row),
                 absl::StrCat("row ", row.row, ": id '", row.id,
                              "' stands in row ", first->second,
                              " already; another property can be the id with "
                              "--map id=PROPERTY"));
  }

 private:
  const std::string tried_;
  input::Faults* const faults_;
  std::map<std::string, int> rows_;
};

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(absl::StrCat("cannot open '", path, "'"));
  }
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

absl::Status InFile(const std::string& path, const absl::Status& status) {
  return base::WithDetail(
      absl::Status(status.code(), absl::StrCat(path, ": ", status.message())),
      base::DetailOf(status));
}

}  // namespace

PropertyNames KnownNames() {
  return {{"id",
           {"skolenhetskod", "skolverkets_id", "id", "code", "omradeskod",
            "deso", "external_id"}},
          {"name", {"name", "namn"}},
          {"kind", {"skolformer", "kinds", "kind", "category", "kategori"}},
          {"municipality", {"kommun_reg", "municipality", "kommun"}}};
}

absl::StatusOr<PropertyNames> ParseMap(absl::string_view map) {
  PropertyNames names = KnownNames();
  for (absl::string_view pair : absl::StrSplit(map, ',', absl::SkipEmpty())) {
    const std::vector<std::string> parts = absl::StrSplit(pair, '=');
    if (parts.size() != 2 || parts[1].empty() || names.count(parts[0]) == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--map takes id=, name=, kind= and municipality= with a property's "
          "name, not '",
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

absl::StatusOr<std::vector<FeatureRow>> ReadFeatureRows(
    const std::string& path, const ReadOptions& options) {
  LB_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  std::vector<FeatureRow> rows;
  input::Faults faults;
  IdCheck ids(options.names, &faults);
  const absl::Status read = geo::ReadFeatures(
      text, {options.region}, [&](int, absl::StatusOr<geo::Feature> feature) {
        if (!feature.ok()) return faults.Add(feature.status());
        if (!Matches(feature->properties, options.where)) return;
        rows.push_back(MakeRow(*std::move(feature), options.names));
        ids.See(rows.back());
      });
  if (!read.ok()) return InFile(path, read);
  if (absl::Status s = faults.ToStatus(); !s.ok()) return InFile(path, s);
  if (rows.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": no feature to import",
                     options.where ? " matches --where" : ""));
  }
  return rows;
}

}  // namespace lagesbild::cli
