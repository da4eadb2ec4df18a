#ifndef LAGESBILD_CLI_PLACES_PLACE_ROW_H_
#define LAGESBILD_CLI_PLACES_PLACE_ROW_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lib/base/civil_date.h"
#include "lib/geo/geometry.h"

namespace lagesbild::cli {

// A place as a file has it, the same for every format. It has no field for a
// person: a head teacher's name or address has nowhere to go.
struct PlaceRow {
  int row = 0;     // from 1, over all that was read
  std::string at;  // where the file has it: "features[2]", "line 4"
  std::string id;
  std::string name;
  std::vector<proximity::v1::PlaceKind> kinds;  // empty: none is said
  std::string municipality;                     // code; may be empty
  std::optional<geo::LatLng> position;          // nullopt: the file has none
  proximity::v1::PositionQuality quality =
      proximity::v1::POSITION_QUALITY_REGISTER;
  std::string valid_from;  // civil dates; may be empty
  std::string valid_to;
  std::string address;  // tells buildings apart; is not sent
  std::string building_group;
};

// A row, for people.
struct RowName {
  int row = 0;
  std::string id;
  std::string name;
};

// Rows of one fate, and why.
struct RowGroup {
  std::string reason;
  int count = 0;
  std::vector<RowName> first;  // kMaxNamedRows of them
};
inline constexpr size_t kMaxNamedRows = 5;

// Puts the row into the group of that reason, which is made when missing.
void AddTo(std::vector<RowGroup>* groups, const PlaceRow& row,
           absl::string_view reason);

// What a file, or a folder of files, holds.
struct PlaceFile {
  std::vector<PlaceRow> rows;
  int read = 0;  // records, also those that are not among the rows
  std::vector<RowGroup> dropped;
  std::vector<RowGroup> doubts;  // about rows that are among the rows
  std::string source;            // of the register that it is an extract of
  std::string told_by;           // what told the source; both may be empty
  std::optional<base::Date> extract_date;
  bool of_units = false;  // the school register's own JSON
  int buildings = 0;
};

// INVALID_ARGUMENT, saying how many records were dropped and why, for a file
// with no row left; the file is not named.
absl::Status CheckHoldsPlaces(const PlaceFile& file);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_PLACE_ROW_H_
