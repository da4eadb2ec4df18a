#include "cli/places/coordinates.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "lib/base/status.h"
#include "lib/geo/distance.h"
#include "lib/geo/sweref.h"

namespace lagesbild::cli {
namespace {

constexpr size_t kMaxQuoted = 40;

// Sweden in SWEREF 99 TM, with room to spare; the two ranges do not overlap, so
// that exchanged numbers are told.
constexpr double kMinNorthing = 6.0e6;
constexpr double kMaxNorthing = 7.8e6;
constexpr double kMinEasting = 1.0e5;
constexpr double kMaxEasting = 1.1e6;

bool In(double value, double low, double high) {
  return value >= low && value <= high;
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", text.substr(0, kMaxQuoted), "'");
}

struct Pair {
  double first = 0;
  double second = 0;
};

absl::StatusOr<double> Member(absl::string_view name, absl::string_view text) {
  auto number = ParseNumber(text, DecimalComma::kTaken);
  if (number.ok()) return number;
  return base::InvalidField(name, number.status().message());
}

// Both numbers, or nullopt for none.
absl::StatusOr<std::optional<Pair>> ReadPair(absl::string_view first_name,
                                             absl::string_view first,
                                             absl::string_view second_name,
                                             absl::string_view second) {
  if (first.empty() && second.empty()) return std::optional<Pair>();
  if (first.empty()) return base::InvalidField(first_name, "is missing");
  if (second.empty()) return base::InvalidField(second_name, "is missing");
  Pair pair;
  LB_ASSIGN_OR_RETURN(pair.first, Member(first_name, first));
  LB_ASSIGN_OR_RETURN(pair.second, Member(second_name, second));
  // Zeros stand for "not known" in exports.
  if (pair.first == 0 && pair.second == 0) return std::optional<Pair>();
  return std::optional<Pair>(pair);
}

bool AreExchanged(const Pair& metres) {
  return In(metres.second, kMinNorthing, kMaxNorthing) &&
         In(metres.first, kMinEasting, kMaxEasting);
}

absl::Status CheckSweref(const Pair& pair, const GivenPosition& given) {
  if (In(pair.first, kMinNorthing, kMaxNorthing) &&
      In(pair.second, kMinEasting, kMaxEasting)) {
    return absl::OkStatus();
  }
  const bool northing = !In(pair.first, kMinNorthing, kMaxNorthing);
  return base::InvalidField(
      northing ? "northing" : "easting",
      absl::StrCat(Quoted(northing ? given.northing : given.easting),
                   " lies outside Sweden in SWEREF 99 TM"));
}

bool AreOne(const geo::LatLng& a, const geo::LatLng& b) {
  return geo::Distance(a, b) <= kMaxDisagreement;
}

// `exchanged` is what was wrong with the metres.
ReadPosition Together(const geo::LatLng& wgs84, const geo::LatLng& sweref,
                      const std::string& exchanged) {
  if (AreOne(wgs84, sweref)) return {wgs84, Agreement::kAgree, exchanged};
  const geo::LatLng turned{.latitude = wgs84.longitude,
                           .longitude = wgs84.latitude};
  if (std::abs(turned.latitude) <= 90 && AreOne(turned, sweref)) {
    return {turned, Agreement::kAgree,
            absl::StrCat("latitude and longitude",
                         exchanged.empty() ? "" : ", ", exchanged)};
  }
  return {wgs84, Agreement::kDisagree, exchanged};
}

absl::Status CheckDegrees(const Pair& pair, const GivenPosition& given) {
  if (!In(pair.first, -90, 90)) {
    return base::InvalidField(
        "latitude", absl::StrCat(Quoted(given.latitude), " is no latitude"));
  }
  if (In(pair.second, -180, 180)) return absl::OkStatus();
  return base::InvalidField(
      "longitude", absl::StrCat(Quoted(given.longitude), " is no longitude"));
}

}  // namespace

absl::StatusOr<double> ParseNumber(absl::string_view text, DecimalComma comma) {
  const bool has_comma = text.find(',') != absl::string_view::npos;
  if (has_comma && comma == DecimalComma::kRefused) {
    return absl::InvalidArgumentError(absl::StrCat(
        Quoted(text),
        " has a decimal comma, which a file whose separator is the comma "
        "cannot have: write a point, or separate by semicolons"));
  }
  double value = 0;
  if (absl::SimpleAtod(absl::StrReplaceAll(text, {{",", "."}}), &value) &&
      std::isfinite(value)) {
    return value;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " is no number"));
}

absl::StatusOr<std::optional<ReadPosition>> PositionOf(
    const GivenPosition& given) {
  LB_ASSIGN_OR_RETURN(
      const std::optional<Pair> degrees,
      ReadPair("latitude", given.latitude, "longitude", given.longitude));
  LB_ASSIGN_OR_RETURN(
      std::optional<Pair> metres,
      ReadPair("northing", given.northing, "easting", given.easting));
  std::string exchanged;
  if (metres && AreExchanged(*metres)) {
    std::swap(metres->first, metres->second);
    exchanged = "northing and easting";
  }
  if (degrees) LB_RETURN_IF_ERROR(CheckDegrees(*degrees, given));
  if (metres) LB_RETURN_IF_ERROR(CheckSweref(*metres, given));
  if (!degrees && !metres) return std::optional<ReadPosition>();
  const auto sweref = [&] {
    return geo::FromSweref({metres->first, metres->second});
  };
  if (!degrees) return ReadPosition{sweref(), Agreement::kNone, exchanged};
  const geo::LatLng wgs84{.latitude = degrees->first,
                          .longitude = degrees->second};
  if (!metres) return ReadPosition{wgs84, Agreement::kNone, ""};
  return Together(wgs84, sweref(), exchanged);
}

}  // namespace lagesbild::cli
