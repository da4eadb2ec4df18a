#ifndef LAGESBILD_SERVICES_PROXIMITY_PLACE_IMPORT_H_
#define LAGESBILD_SERVICES_PROXIMITY_PLACE_IMPORT_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/civil_date.h"
#include "lib/base/status.h"
#include "services/proximity/inventory.h"
#include "services/proximity/proximity.h"

// What a file of places does to what is known.
namespace lagesbild::proximity {

// A register loses a few places a year. A file that lacks more of them is more
// likely another file.
inline constexpr int kMaxClosedPercent = 20;

struct ImportOptions {
  std::string source = {};
  std::optional<base::Date> extract_date = {};
  bool keep_missing = false;
  bool allow_closing = false;  // of more than kMaxClosedPercent
  bool allow_older = false;    // than the source's last extract
  bool keep_swapped = false;   // positions that look exchanged
  base::Date today = {};
};

struct ImportPlan {
  // By id, as the source has them; only those that differ from what is known.
  std::map<std::string, Place> places;
  // The places' ids, row by row.
  std::vector<std::string> ids;
  int created = 0;
  int updated = 0;
  int unchanged = 0;
  int closed = 0;
  int open_before = 0;  // places of the source
};

// The id of a place, found again by every import of its source.
using PlaceIdFor = std::function<std::string(const std::string& source,
                                             const std::string& external_id)>;

// The faults that rows can have between them, by row from 1 as in the file:
// "places[7].external_id" names both rows of an external id that comes twice,
// "places[3].position" says that latitude and longitude look exchanged, unless
// such a place is kept.
std::vector<base::FieldViolation> FindRowFaults(const std::vector<Place>& rows,
                                                const MunicipalityMap& map,
                                                const ImportOptions& options);

// The date of the source's extract that was imported last; before any was noted
// the newest of its places', also of those that are closed. nullopt when none
// had a date.
std::optional<base::Date> LastExtract(const Inventory& inventory,
                                      const std::string& source);

// FAILED_PRECONDITION, with both dates, for an extract that is older than the
// last one and may not be: it would undo without a word what that one said. An
// import without a date is of today.
absl::Status CheckExtract(const Inventory& inventory,
                          const ImportOptions& options);

// FAILED_PRECONDITION, with the counts, for a plan that closes more than it
// may.
absl::Status CheckClosing(const ImportPlan& plan, const ImportOptions& options);

// What importing `rows` (free of faults; ids and judgements not read) changes.
// A place of the same source that is not among them is closed from the day of
// the extract, or today, unless `keep_missing`. What was corrected by hand
// stays so. A place whose values are as they were is unchanged: it keeps the
// date of the extract that first gave them.
ImportPlan PlanImport(const Inventory& inventory, std::vector<Place> rows,
                      const ImportOptions& options, const PlaceIdFor& id_for);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PLACE_IMPORT_H_
