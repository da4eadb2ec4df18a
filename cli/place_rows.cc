#include "cli/place_rows.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/places/municipality_code.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

constexpr char kSchoolCode[] = "skolenhetskod";
constexpr char kPreschoolCode[] = "skolverkets_id";
// The first column of a municipality's school data 1.1: its own code
// (https://lankadedata.se/spec/skoldata).
constexpr char kMunicipalSource[] = "source";

constexpr char kMapRemedy[] =
    "; another property can be the kind with --map kind=PROPERTY";

const char* const kAddresses[] = {"street", "streetAddress", "address",
                                  "adress", "gatuadress",    "besoksadress"};

std::string Text(const nlohmann::json& properties, const char* name) {
  const auto found = properties.find(name);
  return found != properties.end() && found->is_string()
             ? found->get<std::string>()
             : "";
}

// "" for what is no code.
std::string MunicipalSource(const nlohmann::json& properties) {
  const std::string code = MunicipalityCode(Text(properties, kMunicipalSource));
  const bool digits =
      std::all_of(code.begin(), code.end(), absl::ascii_isdigit);
  return code.size() == 4 && digits ? code : "";
}

// Where the file itself says what it holds.
bool IsPreschoolExtract(const FeatureRow& row) {
  return row.kinds.empty() && row.properties.contains(kPreschoolCode);
}

std::string AddressOf(const nlohmann::json& properties) {
  for (const char* name : kAddresses) {
    if (std::string text = Text(properties, name); !text.empty()) {
      return absl::StrCat(text, ", ", Text(properties, "zip"));
    }
  }
  return "";
}

}  // namespace

void RegisterTeller::See(const nlohmann::json& properties) {
  ++rows_;
  schools_ += properties.contains(kSchoolCode);
  preschools_ += properties.contains(kPreschoolCode);
  const std::string code = MunicipalSource(properties);
  municipal_ += !code.empty();
  if (municipality_.empty()) municipality_ = code;
  one_municipality_ &= municipality_ == code;
}

std::optional<RegisterTeller::Register> RegisterTeller::Told() const {
  if (rows_ == 0) return std::nullopt;
  if (schools_ == rows_) return Register{"school-register", kSchoolCode};
  if (preschools_ == rows_) {
    return Register{"preschool-register", kPreschoolCode};
  }
  if (municipal_ == rows_ && one_municipality_) {
    return Register{absl::StrCat("skoldata-", municipality_), kMunicipalSource};
  }
  return std::nullopt;
}

void TakeFeature(const FeatureRow& feature, std::optional<geo::LatLng> position,
                 PlaceCollector* collector) {
  collector->CountRecord();
  PlaceRow row;
  row.row = feature.row;
  row.at = feature.at;
  row.id = feature.id;
  row.name = feature.name;
  row.municipality = MunicipalityCode(feature.municipality.empty()
                                          ? MunicipalSource(feature.properties)
                                          : feature.municipality);
  row.kinds = collector->kinds().Read(
      feature.kinds, feature.row,
      absl::StrCat(feature.fields, ".", feature.kind_property), kMapRemedy);
  if (IsPreschoolExtract(feature)) row.kinds = {pv::PLACE_KIND_PRESCHOOL};
  row.position = position;
  row.address = AddressOf(feature.properties);
  collector->Take(std::move(row));
}

}  // namespace lagesbild::cli
