#include "services/proximity/place_import.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

namespace lagesbild::proximity {
namespace {

std::string Field(size_t index, absl::string_view name) {
  return absl::StrCat("places[", index + 1, "].", name);
}

// As the source has it: without what was judged here, and with the date of the
// extract left aside.
Place AsGiven(const Place& place, std::optional<base::Date> extract_date) {
  Place given = place;
  given.quality = given.given_quality;
  given.margin = geo::Meters(0);
  given.outside_region = false;
  given.flags.clear();
  given.extract_date = extract_date;
  return given;
}

bool SameAsGiven(const Place& a, const Place& b) {
  return AsGiven(a, std::nullopt) == AsGiven(b, std::nullopt);
}

class Planner {
 public:
  Planner(const Inventory& inventory, const ImportOptions& options)
      : inventory_(inventory), options_(options) {}

  void Take(Place row, const PlaceIdFor& id_for) {
    row.source = options_.source;
    row.id = id_for(row.source, row.external_id);
    row.extract_date = options_.extract_date;
    row = AsGiven(row, row.extract_date);
    plan_.ids.push_back(row.id);
    seen_.insert(row.id);
    const auto old = inventory_.FindPlace(row.id);
    if (old != nullptr) row.correction = old->correction;
    if (old != nullptr && SameAsGiven(*old, row)) {
      ++plan_.unchanged;
      return;
    }
    ++(old == nullptr ? plan_.created : plan_.updated);
    plan_.places.emplace(row.id, std::move(row));
  }

  void CloseMissing() {
    const base::Date from = options_.extract_date.value_or(options_.today);
    for (const auto& [id, place] : inventory_.places()) {
      if (place->source != options_.source || place->valid.to) continue;
      ++plan_.open_before;
      if (options_.keep_missing || seen_.contains(id)) continue;
      Place closed = AsGiven(*place, place->extract_date);
      closed.valid.to = std::max(from, closed.valid.from.value_or(from));
      plan_.places.emplace(id, std::move(closed));
      ++plan_.closed;
    }
  }

  ImportPlan Finish() { return std::move(plan_); }

 private:
  const Inventory& inventory_;
  const ImportOptions& options_;
  std::set<std::string> seen_;
  ImportPlan plan_;
};

}  // namespace

std::vector<base::FieldViolation> FindRowFaults(const std::vector<Place>& rows,
                                                const MunicipalityMap& map,
                                                const ImportOptions& options) {
  std::vector<base::FieldViolation> faults;
  absl::flat_hash_map<std::string, size_t> first_row;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto [it, fresh] = first_row.try_emplace(rows[i].external_id, i);
    if (!fresh) {
      faults.push_back(
          {Field(i, "external_id"),
           absl::StrCat("\"", rows[i].external_id, "\" is that of places[",
                        it->second + 1, "]")});
    }
    if (!options.keep_swapped && map.LooksSwapped(rows[i].position)) {
      faults.push_back(
          {Field(i, "position"),
           "lies outside the region and would lie inside with latitude and "
           "longitude exchanged; with keep_swapped it is taken as it stands, "
           "as a suspect position"});
    }
  }
  return faults;
}

ImportPlan PlanImport(const Inventory& inventory, std::vector<Place> rows,
                      const ImportOptions& options, const PlaceIdFor& id_for) {
  Planner planner(inventory, options);
  for (Place& row : rows) planner.Take(std::move(row), id_for);
  planner.CloseMissing();
  return planner.Finish();
}

std::optional<base::Date> LastExtract(const Inventory& inventory,
                                      const std::string& source) {
  if (const auto noted = inventory.ExtractOf(source)) return noted;
  std::optional<base::Date> newest;
  for (const auto& [id, place] : inventory.places()) {
    // nullopt comes before every date.
    if (place->source == source) newest = std::max(newest, place->extract_date);
  }
  return newest;
}

absl::Status CheckExtract(const Inventory& inventory,
                          const ImportOptions& options) {
  if (options.allow_older || !options.extract_date) return absl::OkStatus();
  const auto last = LastExtract(inventory, options.source);
  if (!last || *options.extract_date >= *last) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the extract of ", base::FormatDate(*options.extract_date),
      " is older than the one of ", base::FormatDate(*last),
      " that was imported last of the source \"", options.source,
      "\": names, positions and closed places would be rolled back, which is "
      "done only with allow_older"));
}

absl::Status CheckClosing(const ImportPlan& plan,
                          const ImportOptions& options) {
  if (options.allow_closing ||
      plan.closed * 100 <= plan.open_before * kMaxClosedPercent) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "would close ", plan.closed, " of the ", plan.open_before,
      " open places of the source \"", options.source,
      "\", which the import lacks: more than ", kMaxClosedPercent,
      " % are closed only with allow_closing, and places of another register "
      "need another source"));
}

}  // namespace lagesbild::proximity
