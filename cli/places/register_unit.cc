#include "cli/places/register_unit.h"

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace lagesbild::cli {
namespace {

using Json = nlohmann::json;

constexpr UnitFields kFieldsV2 = {
    .name = "attributes.displayName",
    .status = "attributes.status",
    .unit_type = "attributes.schoolUnitType",
    .forms = "attributes.schoolTypes",
    .start = "attributes.startdate",
    .end = "attributes.endDate",
    .latitude = "attributes.addresses.geoCoordinates.latitude",
    .longitude = "attributes.addresses.geoCoordinates.longitude",
    .northing = "attributes.addresses.geoCoordinates.coordinateSweRefN",
    .easting = "attributes.addresses.geoCoordinates.coordinateSweRefE"};

constexpr UnitFields kFieldsV1 = {
    .name = "Namn",
    .status = "Status",
    .unit_type = "",
    .forms = "Skolformer",
    .start = "Startdatum",
    .end = "Nedlaggningsdatum",
    .latitude = "Besoksadress.GeoData.Koordinat_WGS84_Lat",
    .longitude = "Besoksadress.GeoData.Koordinat_WGS84_Lng",
    .northing = "Besoksadress.GeoData.Koordinat_SweRef_N",
    .easting = "Besoksadress.GeoData.Koordinat_SweRef_E"};

const Json& Member(const Json& object, const char* name) {
  static const Json& none = *new Json();
  if (!object.is_object()) return none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

std::string Text(const Json& object, const char* name) {
  const Json& value = Member(object, name);
  if (value.is_string()) {
    return std::string(
        absl::StripAsciiWhitespace(value.get_ref<const std::string&>()));
  }
  return value.is_number() ? value.dump() : "";
}

// The first of the names that says something.
std::string AnyText(const Json& object,
                    std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string text = Text(object, name); !text.empty()) return text;
  }
  return "";
}

// "2026-07-01T00:00:00" is a date, too.
std::string Day(const std::string& text) {
  return text.substr(0, text.find('T'));
}

GivenPosition PositionV2(const Json& address) {
  const Json& geo = Member(address, "geoCoordinates");
  return {.latitude = Text(geo, "latitude"),
          .longitude = Text(geo, "longitude"),
          .northing = Text(geo, "coordinateSweRefN"),
          .easting = Text(geo, "coordinateSweRefE")};
}

bool IsEmpty(const GivenPosition& given) {
  return given.latitude.empty() && given.longitude.empty() &&
         given.northing.empty() && given.easting.empty();
}

// The address to visit stands first; where it has no position, another's is
// better than none.
void TakeAddressesV2(const Json& addresses, RegisterUnit* unit) {
  for (const bool visit : {true, false}) {
    for (const Json& address : addresses) {
      if ((Text(address, "type") == "BESOKSADRESS") != visit) continue;
      if (visit) {
        unit->address = absl::StrCat(Text(address, "streetAddress"), ", ",
                                     Text(address, "postalCode"));
      }
      unit->position = PositionV2(address);
      unit->other_address = !visit;
      if (!IsEmpty(unit->position)) return;
    }
  }
}

RegisterUnit UnitV2(const Json& json) {
  const Json& attributes = AttributesOf(json);
  RegisterUnit unit;
  unit.fields = &kFieldsV2;
  unit.code = Text(json, "schoolUnitCode");
  unit.name = AnyText(attributes, {"displayName", "schoolName", "name"});
  unit.status = Text(attributes, "status");
  unit.unit_type = Text(attributes, "schoolUnitType");
  for (const Json& form : Member(attributes, "schoolTypes")) {
    if (form.is_string()) unit.forms.push_back(form.get<std::string>());
  }
  unit.municipality = Text(attributes, "municipalityCode");
  unit.start = Day(AnyText(attributes, {"startdate", "startDate"}));
  unit.end = Day(AnyText(attributes, {"endDate", "enddate"}));
  const Json& addresses = Member(attributes, "addresses");
  if (addresses.is_array()) TakeAddressesV2(addresses, &unit);
  unit.only_listed = addresses.is_null() && unit.unit_type.empty();
  return unit;
}

// Version 1 writes "Aktiv", "Vilande", "Upphörd", "Planerad".
std::string StatusV1(const std::string& status) {
  static const auto& known = *new std::map<std::string, std::string>{
      {"aktiv", "AKTIV"},     {"vilande", "VILANDE"}, {"upphörd", "UPPHORT"},
      {"upphort", "UPPHORT"}, {"nedlagd", "UPPHORT"}, {"planerad", "PLANERAD"}};
  const auto found = known.find(absl::AsciiStrToLower(status));
  return found == known.end() ? status : found->second;
}

RegisterUnit UnitV1(const Json& json) {
  RegisterUnit unit;
  unit.fields = &kFieldsV1;
  unit.code = Text(json, "Skolenhetskod");
  unit.name = AnyText(json, {"Skolenhetsnamn", "Namn", "SkolaNamn"});
  unit.status = StatusV1(Text(json, "Status"));
  for (const Json& form : Member(json, "Skolformer")) {
    unit.forms.push_back(AnyText(form, {"Benamning", "type"}));
    if (form.is_string()) unit.forms.back() = form.get<std::string>();
  }
  unit.municipality = AnyText(Member(json, "Kommun"), {"Kommunkod"});
  if (unit.municipality.empty()) unit.municipality = Text(json, "Kommunkod");
  unit.start = Day(Text(json, "Startdatum"));
  unit.end = Day(Text(json, "Nedlaggningsdatum"));
  const Json& visit = Member(json, "Besoksadress");
  unit.address =
      absl::StrCat(Text(visit, "Adress"), ", ", Text(visit, "Postnr"));
  const Json& geo = Member(visit, "GeoData");
  unit.position = {.latitude = Text(geo, "Koordinat_WGS84_Lat"),
                   .longitude = Text(geo, "Koordinat_WGS84_Lng"),
                   .northing = Text(geo, "Koordinat_SweRef_N"),
                   .easting = Text(geo, "Koordinat_SweRef_E")};
  unit.only_listed = visit.is_null() && Member(json, "Skolformer").is_null();
  return unit;
}

}  // namespace

const Json& AttributesOf(const Json& unit) {
  // An export may have laid the attributes flat.
  const Json& attributes = Member(unit, "attributes");
  return attributes.is_object() ? attributes : unit;
}

RegisterUnit UnitOf(const Json& unit) {
  return unit.contains("Skolenhetskod") ? UnitV1(unit) : UnitV2(unit);
}

}  // namespace lagesbild::cli
