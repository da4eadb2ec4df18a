#include "cli/places/csv_places.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/places/coordinates.h"
#include "cli/places/csv_reader.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

using Json = nlohmann::json;

constexpr char kHeader[] = "line 1";
// What separates the kinds within a cell.
constexpr char kKindSeparators[] = "+|;,/";
// Where a municipality's school data has the kinds, which in other tables are
// as likely to be something else.
const char* const kMunicipalKinds[] = {
    "schooltype", "school_type", "type", "typ", "skolform", "verksamhetsform"};

bool Has(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The names of the columns, and which of them are what.
class Header {
 public:
  Header(CsvRecord record, PropertyNames names, input::Faults* faults)
      : columns_(std::move(record.cells)), names_(std::move(names)) {
    Fold();
    for (auto it = columns_.begin(); it != columns_.end(); ++it) {
      if (std::find(columns_.begin(), it, *it) == it) continue;
      faults->Add(kHeader, absl::StrCat("two columns are called '", *it, "'"));
    }
    for (const char* key : {"id", "name", "lat", "lon"}) Require(key, faults);
    for (const char* key : {"kind", "municipality"}) {
      // Without a word a mistyped --map would make all of them OTHER.
      if (names_[key] != KnownNames()[key]) Require(key, faults);
    }
    TakeMunicipalKinds();
  }

  const std::vector<std::string>& columns() const { return columns_; }
  const PropertyNames& names() const { return names_; }

  // The column that is "lat".
  std::string ColumnOf(const std::string& key) const {
    for (const std::string& name : names_.at(key)) {
      if (Has(columns_, name)) return name;
    }
    return "";
  }

 private:
  void Fold() {
    for (std::string& column : columns_) absl::AsciiStrToLower(&column);
    for (auto& [key, tried] : names_) {
      for (std::string& name : tried) absl::AsciiStrToLower(&name);
    }
  }

  void Require(const std::string& key, input::Faults* faults) const {
    if (!ColumnOf(key).empty()) return;
    faults->Add(kHeader,
                absl::StrCat("no column is the ", key, " (tried ",
                             absl::StrJoin(names_.at(key), ", "), "); --map ",
                             key, "=COLUMN names it: there is ",
                             absl::StrJoin(columns_, ", ")));
  }

  void TakeMunicipalKinds() {
    const bool municipal = Has(columns_, "source") && Has(columns_, "id");
    if (!municipal || names_["kind"] != KnownNames()["kind"]) return;
    for (const char* name : kMunicipalKinds) names_["kind"].push_back(name);
  }

  std::vector<std::string> columns_;
  PropertyNames names_;
};

// One table on its way to rows.
class TableReader {
 public:
  TableReader(const Header& header, DecimalComma comma,
              const std::optional<Where>& where, RegisterTeller* teller,
              PlaceCollector* collector)
      : header_(header),
        comma_(comma),
        where_(where),
        teller_(*teller),
        collector_(*collector),
        missing_(header.names()) {
    if (where_) absl::AsciiStrToLower(&where_->property);
  }

  void Take(const CsvRecord& record) {
    ++row_;
    const std::string at = absl::StrCat("line ", record.line);
    if (record.cells.size() != header_.columns().size()) {
      return collector_.Fault(
          row_, at, "",
          absl::StrCat("has ", record.cells.size(), " cells, the header ",
                       header_.columns().size()));
    }
    Json properties = PropertiesOf(record);
    if (!IsWanted(where_, properties)) return;
    teller_.See(properties);
    TakeWanted(at, std::move(properties));
  }

  void Finish() { missing_.Report(kHeader, &collector_.faults()); }

  int row() const { return row_; }

 private:
  Json PropertiesOf(const CsvRecord& record) const {
    Json properties = Json::object();
    for (size_t i = 0; i < record.cells.size(); ++i) {
      Json& value = properties[header_.columns()[i]];
      if (!record.cells[i].empty()) value = record.cells[i];
    }
    return properties;
  }

  void TakeWanted(const std::string& at, Json properties) {
    const auto position = Position(at, properties);
    if (!position.ok()) return;
    FeatureRow row = RowOf(
        {.row = row_, .properties = std::move(properties), .geometry = {}},
        header_.names());
    row.at = row.fields = at;
    if (!row.kinds.empty()) row.kinds = Split(row.kinds.front());
    if (missing_.See(row)) TakeFeature(row, *position, &collector_);
  }

  static std::vector<std::string> Split(absl::string_view cell) {
    std::vector<std::string> kinds;
    for (absl::string_view kind :
         absl::StrSplit(cell, absl::ByAnyChar(kKindSeparators))) {
      kind = absl::StripAsciiWhitespace(kind);
      if (!kind.empty()) kinds.emplace_back(kind);
    }
    return kinds;
  }

  // "" for none.
  static std::string Cell(const Json& properties, const std::string& column) {
    const Json& value = properties.at(column);
    return value.is_null() ? "" : value.get<std::string>();
  }

  // nullopt for none; an error has been told to the collector.
  absl::StatusOr<std::optional<geo::LatLng>> Position(const std::string& at,
                                                      const Json& properties) {
    GivenPosition given;
    LB_ASSIGN_OR_RETURN(given.latitude, Number(at, properties, "lat"));
    LB_ASSIGN_OR_RETURN(given.longitude, Number(at, properties, "lon"));
    const auto read = PositionOf(given);
    if (!read.ok()) {
      for (const auto& fault : base::DetailOf(read.status()).violations) {
        const char* key = fault.field == "latitude" ? "lat" : "lon";
        collector_.Fault(row_, at, header_.ColumnOf(key), fault.description);
      }
      return read.status();
    }
    if (!*read) return std::optional<geo::LatLng>();
    return std::optional<geo::LatLng>((*read)->position);
  }

  // The cell as it is, when it is a number in this table, or empty.
  absl::StatusOr<std::string> Number(const std::string& at,
                                     const Json& properties, const char* key) {
    const std::string column = header_.ColumnOf(key);
    const std::string cell = Cell(properties, column);
    if (cell.empty()) return cell;
    const auto number = ParseNumber(cell, comma_);
    if (number.ok()) return cell;
    collector_.Fault(row_, at, column, number.status().message());
    return number.status();
  }

  const Header& header_;
  const DecimalComma comma_;
  std::optional<Where> where_;
  RegisterTeller& teller_;
  PlaceCollector& collector_;
  MissingIds missing_;
  int row_ = 0;
};

}  // namespace

absl::Status ReadCsvPlaces(std::istream* in, char separator,
                           const ReadOptions& options,
                           const std::function<void(int row)>& tick,
                           RegisterTeller* teller, PlaceCollector* collector) {
  CsvReader reader(in, separator);
  LB_ASSIGN_OR_RETURN(auto first, reader.Next());
  if (!first) return absl::InvalidArgumentError("holds no records");
  input::Faults faults;
  const Header header(*std::move(first), options.names, &faults);
  LB_RETURN_IF_ERROR(faults.ToStatus());
  const auto comma =
      separator == ',' ? DecimalComma::kRefused : DecimalComma::kTaken;
  TableReader table(header, comma, options.where, teller, collector);
  while (true) {
    LB_ASSIGN_OR_RETURN(const auto record, reader.Next());
    if (!record) break;
    table.Take(*record);
    tick(table.row());
  }
  table.Finish();
  return absl::OkStatus();
}

}  // namespace lagesbild::cli
