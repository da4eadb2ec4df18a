#include "cli/arguments.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

absl::StatusOr<std::vector<double>> Numbers(absl::string_view text) {
  std::vector<double> numbers;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    double number = 0;
    if (!absl::SimpleAtod(absl::StripAsciiWhitespace(part), &number)) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", text,
                       "' is no position: LATITUDE,LONGITUDE in "
                       "degrees with points"));
    }
    numbers.push_back(number);
  }
  return numbers;
}

absl::Status NoPosition(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is no position: LATITUDE,LONGITUDE"));
}

// "PRIMARY_SCHOOL, PRESCHOOL": without the first, which says nothing.
std::string NamesOf(const google::protobuf::EnumDescriptor& type,
                    absl::string_view prefix) {
  std::vector<std::string> names;
  for (int i = 1; i < type.value_count(); ++i) {
    names.emplace_back(absl::StripPrefix(type.value(i)->name(), prefix));
  }
  return absl::StrJoin(names, ", ");
}

absl::StatusOr<int> ParseEnum(const google::protobuf::EnumDescriptor& type,
                              absl::string_view prefix,
                              absl::string_view text) {
  const std::string name = absl::StrCat(
      prefix, absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{"-", "_"}}));
  const auto* value = type.FindValueByName(name);
  if (value != nullptr && value->number() != 0) return value->number();
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is none of ", NamesOf(type, prefix)));
}

}  // namespace

std::string FullName(const std::string& parent, absl::string_view collection,
                     const std::string& name) {
  if (absl::StartsWith(name, "regions/")) return name;
  return absl::StrCat(parent, "/", collection, "/", name);
}

absl::StatusOr<geo::v1::LatLng> ParsePoint(absl::string_view text) {
  LB_ASSIGN_OR_RETURN(const std::vector<double> numbers, Numbers(text));
  if (numbers.size() != 2) return NoPosition(text);
  geo::v1::LatLng point;
  point.set_latitude(numbers[0]);
  point.set_longitude(numbers[1]);
  return point;
}

absl::StatusOr<geo::v1::Geometry> ParseCircle(absl::string_view text) {
  LB_ASSIGN_OR_RETURN(const std::vector<double> numbers, Numbers(text));
  if (numbers.size() < 2 || numbers.size() > 3) return NoPosition(text);
  geo::v1::Geometry geometry;
  geo::v1::Circle* circle = geometry.mutable_circle();
  circle->mutable_center()->set_latitude(numbers[0]);
  circle->mutable_center()->set_longitude(numbers[1]);
  if (numbers.size() == 3) circle->set_radius_m(numbers[2]);
  return geometry;
}

absl::StatusOr<Labelled> ParseLabelled(absl::string_view text) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (parts.first.empty() || parts.second.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "': LABEL=LATITUDE,LONGITUDE is expected"));
  }
  return Labelled{parts.first, parts.second};
}

absl::StatusOr<proximity::v1::PlaceKind> ParseKind(absl::string_view text) {
  LB_ASSIGN_OR_RETURN(
      const int value,
      ParseEnum(*proximity::v1::PlaceKind_descriptor(), "PLACE_KIND_", text));
  return static_cast<proximity::v1::PlaceKind>(value);
}

absl::StatusOr<proximity::v1::Verdict> ParseVerdict(absl::string_view text) {
  LB_ASSIGN_OR_RETURN(
      const int value,
      ParseEnum(*proximity::v1::Verdict_descriptor(), "VERDICT_", text));
  return static_cast<proximity::v1::Verdict>(value);
}

absl::StatusOr<registry::v1::SiteState> ParseState(absl::string_view text) {
  LB_ASSIGN_OR_RETURN(
      const int value,
      ParseEnum(*registry::v1::SiteState_descriptor(), "SITE_STATE_", text));
  return static_cast<registry::v1::SiteState>(value);
}

}  // namespace lagesbild::cli
