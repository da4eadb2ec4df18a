#include "services/proximity/place_input.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/names.h"
#include "lib/api/text.h"
#include "lib/base/status.h"
#include "lib/geo/validity.h"
#include "lib/input/date.h"
#include "lib/input/faults.h"
#include "lib/input/row_count.h"

namespace lagesbild::proximity {
namespace {

constexpr api::TextRule kSource = {.max_characters = 100, .required = true};
constexpr api::TextRule kExternalId = {.max_characters = 200, .required = true};
constexpr api::TextRule kGroup = {.max_characters = 200, .required = false};

// One row of an import.
class RowReader {
 public:
  RowReader(const v1::Place& message, int row, input::Faults* faults)
      : message_(message),
        at_(absl::StrCat("places[", row, "]")),
        faults_(faults) {}

  Place Read() {
    ReadTexts();
    ReadKinds();
    ReadPosition();
    ReadTrust();
    ReadValidity();
    return std::move(place_);
  }

 private:
  std::string Path(absl::string_view field) const {
    return absl::StrCat(at_, ".", field);
  }

  void ReadTexts() {
    place_.external_id = message_.external_id();
    place_.display_name = message_.display_name();
    place_.building_group = message_.building_group();
    place_.municipality = message_.municipality();
    faults_->Add(
        api::CheckText(Path("external_id"), place_.external_id, kExternalId));
    faults_->Add(api::CheckText(Path("display_name"), place_.display_name,
                                api::kDisplayName));
    faults_->Add(
        api::CheckText(Path("building_group"), place_.building_group, kGroup));
    const std::string& code = place_.municipality;
    const bool digits =
        code.find_first_not_of("0123456789") == std::string::npos;
    if (!code.empty() && (code.size() != 4 || !digits)) {
      faults_->Add(Path("municipality"),
                   "a municipality's code has four digits");
    }
  }

  void ReadKinds() {
    if (message_.kinds_size() == 0) {
      faults_->Add(Path("kinds"), "is required");
    }
    if (message_.kinds_size() > kMaxKinds) {
      faults_->Add(Path("kinds"), "names kinds more than once");
      return;
    }
    for (const int kind : message_.kinds()) {
      if (kind == 0 || !v1::PlaceKind_IsValid(kind)) {
        faults_->Add(Path("kinds"), absl::StrCat(kind, " is no kind"));
      }
      place_.kinds.push_back(static_cast<PlaceKind>(kind));
    }
    std::sort(place_.kinds.begin(), place_.kinds.end());
    place_.kinds.erase(std::unique(place_.kinds.begin(), place_.kinds.end()),
                       place_.kinds.end());
  }

  void ReadPosition() {
    if (!message_.has_position()) {
      faults_->Add(Path("position"), "is required");
      return;
    }
    place_.position = {.latitude = message_.position().latitude(),
                       .longitude = message_.position().longitude()};
    if (const auto fault = geo::FindFault(place_.position)) {
      faults_->Add(Path("position"), fault->what);
    }
  }

  void ReadTrust() {
    if (!v1::PositionQuality_IsValid(message_.quality())) {
      faults_->Add(Path("quality"), "is no quality");
    }
    place_.given_quality = static_cast<PositionQuality>(message_.quality());
    // That units share a point is found here, by looking at all of them.
    if (place_.given_quality == PositionQuality::kUnspecified ||
        place_.given_quality == PositionQuality::kShared) {
      place_.given_quality = PositionQuality::kRegister;
    }
    const double margin = message_.margin_m();
    if (!std::isfinite(margin) || margin < 0 || margin > kMaxMargin.value()) {
      faults_->Add(Path("margin_m"),
                   absl::StrCat("must lie in 0 to ", kMaxMargin.value()));
    } else if (margin > 0) {
      place_.given_margin = geo::Meters(margin);
    }
  }

  void ReadValidity() {
    place_.valid.from =
        input::ReadDate(message_.valid_from(), Path("valid_from"), faults_);
    place_.valid.to =
        input::ReadDate(message_.valid_to(), Path("valid_to"), faults_);
    if (place_.valid.from && place_.valid.to &&
        *place_.valid.to < *place_.valid.from) {
      faults_->Add(Path("valid_to"), "lies before valid_from");
    }
  }

  const v1::Place& message_;
  const std::string at_;
  input::Faults* const faults_;
  Place place_;
};

absl::Status CheckCounts(const std::vector<v1::ImportPlacesRequest>& messages) {
  std::int64_t count = 0;
  for (const auto& message : messages) count += message.places_size();
  if (count == 0) {
    return base::InvalidField("places", "the import holds no places");
  }
  if (count > kMaxImportedPlaces) {
    return absl::ResourceExhaustedError(
        absl::StrCat("an import has at most ", kMaxImportedPlaces, " places"));
  }
  return input::CheckRowCount(messages.front().expected_rows(), count);
}

}  // namespace

absl::StatusOr<PlaceImport> ReadPlaceImport(
    const std::vector<v1::ImportPlacesRequest>& messages, base::Date today) {
  LB_RETURN_IF_ERROR(CheckCounts(messages));
  const v1::ImportPlacesRequest& first = messages.front();
  input::Faults faults;
  PlaceImport import;
  import.options.source = first.source();
  import.options.keep_missing = first.keep_missing();
  import.options.allow_closing = first.allow_closing();
  import.options.allow_older = first.allow_older();
  import.options.keep_swapped = first.keep_swapped();
  import.options.today = today;
  import.options.extract_date =
      input::ReadDate(first.extract_date(), "extract_date", &faults);
  if (import.options.extract_date.value_or(today) > today) {
    faults.Add("extract_date", "lies in the future");
  }
  faults.Add(api::CheckText("source", first.source(), kSource));
  for (const v1::ImportPlacesRequest& message : messages) {
    for (const v1::Place& place : message.places()) {
      const int row = static_cast<int>(import.rows.size()) + 1;
      import.rows.push_back(RowReader(place, row, &faults).Read());
    }
  }
  LB_RETURN_IF_ERROR(faults.ToStatus());
  return import;
}

PlaceIdFor PlaceIdsIn(const Inventory& inventory) {
  return [&inventory](const std::string& source, const std::string& external) {
    std::string id = api::IdForExternal(absl::StrCat(source, "-", external));
    const auto taken = inventory.FindPlace(id);
    if (taken == nullptr ||
        (taken->source == source && taken->external_id == external)) {
      return id;
    }
    // Not a valid id by itself, so this one carries a digest.
    return api::IdForExternal(absl::StrCat(source, ":", external));
  };
}

}  // namespace lagesbild::proximity
