#include "cli/places/register_rows.h"

#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/places/municipality_code.h"
#include "lib/base/civil_date.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

constexpr size_t kMaxQuoted = 40;

// One unit on its way to a row.
class Taker {
 public:
  Taker(const RegisterUnit& unit, int row, const std::string& at,
        PlaceCollector* collector)
      : unit_(unit), collector_(*collector) {
    row_.row = row;
    row_.at = at;
    row_.id = unit.code;
    row_.name = unit.name;
    row_.municipality = MunicipalityCode(unit.municipality);
    row_.address = unit.address;
  }

  void Run() {
    if (row_.id.empty()) return Fault("", "has no code");
    if (unit_.only_listed) {
      return Fault("",
                   "has no addresses: the register's list gives codes, "
                   "names and states alone, the positions come with each "
                   "unit's details");
    }
    if (DropByType() || !TakeDates() || DropByStatus()) return;
    if (!TakePosition()) return;
    row_.kinds = collector_.kinds().Read(
        unit_.forms, row_.row, absl::StrCat(row_.at, ".", unit_.fields->forms));
    collector_.Take(std::move(row_));
  }

 private:
  void Fault(absl::string_view field, absl::string_view description) {
    collector_.Fault(row_.row, row_.at, field, description);
  }

  void Drop(absl::string_view reason) { collector_.Drop(row_, reason); }

  bool DropByType() {
    if (unit_.unit_type == "CENTRAL") {
      Drop("CENTRAL: a unit that collects figures, without teaching");
    } else if (unit_.unit_type == "UTLAND") {
      Drop("UTLAND: a school abroad");
    } else {
      return false;
    }
    return true;
  }

  bool IsDate(const char* field, const std::string& text) {
    if (text.empty() || base::ParseDate(text).ok()) return true;
    Fault(field, absl::StrCat("'", text.substr(0, kMaxQuoted),
                              "' is no date like 2026-07-01"));
    return false;
  }

  bool TakeDates() {
    row_.valid_from = unit_.start;
    row_.valid_to = unit_.end;
    return IsDate(unit_.fields->start, unit_.start) &&
           IsDate(unit_.fields->end, unit_.end);
  }

  // Also for a status that is none, which is a fault.
  bool DropByStatus() {
    const std::string& status = unit_.status;
    if (status.empty() || status == "AKTIV") return false;
    if (status == "PLANERAD") {
      if (row_.valid_from.empty()) Drop("PLANERAD: without a start date");
      return row_.valid_from.empty();
    }
    if (status == "VILANDE") {
      if (row_.valid_to.empty()) Drop("VILANDE: without teaching for now");
      return row_.valid_to.empty();
    }
    if (status == "UPPHORT") {
      if (row_.valid_to.empty()) Drop("UPPHORT: ceased, without an end date");
      return row_.valid_to.empty();
    }
    Fault(unit_.fields->status,
          absl::StrCat("'", status.substr(0, kMaxQuoted),
                       "' is no status; known are AKTIV, VILANDE, UPPHORT, "
                       "PLANERAD"));
    return true;
  }

  const char* FieldOf(absl::string_view member) const {
    if (member == "latitude") return unit_.fields->latitude;
    if (member == "longitude") return unit_.fields->longitude;
    return member == "northing" ? unit_.fields->northing
                                : unit_.fields->easting;
  }

  bool TakePosition() {
    const auto read = PositionOf(unit_.position);
    if (!read.ok()) {
      for (const auto& fault : base::DetailOf(read.status()).violations) {
        Fault(FieldOf(fault.field), fault.description);
      }
      return false;
    }
    if (!*read) return true;
    row_.position = (*read)->position;
    DoubtPosition(**read);
    if (unit_.other_address) {
      Suspect("the position is not that of the address to visit");
    }
    return true;
  }

  void DoubtPosition(const ReadPosition& read) {
    if (read.agreement == Agreement::kDisagree) {
      Suspect(
          absl::StrCat("the WGS84 and SWEREF 99 TM positions lie more than ",
                       kMaxDisagreement.value(), " m apart"));
    }
    if (read.exchanged.empty()) return;
    const std::string exchanged =
        absl::StrCat(read.exchanged, " were exchanged");
    if (read.agreement == Agreement::kAgree) {
      // The other system has the position.
      collector_.Doubt(row_, exchanged);
    } else {
      Suspect(exchanged);
    }
  }

  void Suspect(absl::string_view reason) {
    row_.quality = pv::POSITION_QUALITY_SUSPECT;
    collector_.Doubt(row_, reason);
  }

  const RegisterUnit& unit_;
  PlaceCollector& collector_;
  PlaceRow row_;
};

}  // namespace

void TakeUnit(const RegisterUnit& unit, int row, const std::string& at,
              PlaceCollector* collector) {
  collector->CountRecord();
  Taker(unit, row, at, collector).Run();
}

}  // namespace lagesbild::cli
