#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/import_summary.h"
#include "cli/imports.h"
#include "cli/output.h"
#include "cli/places/buildings.h"
#include "cli/places/read_places.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

constexpr char kDefaultSource[] = "import";

// `lagesbild places import`, which is `lagesbild import places`, too.
class PlaceImportCommand final : public Command {
 public:
  explicit PlaceImportCommand(rpc::Commands* program)
      : flags_("lagesbild places import",
               "Imports schools and other places. A place that the source had "
               "before and has no more is closed, but for an import with "
               "--where.") {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    AddFileFlags();
    flags_.Add("source",
               "the register whose places these are; empty: told by the file "
               "itself, else 'import'",
               &source_);
    flags_.Add("extract-date",
               "date from which missing places are closed; empty: told by the "
               "file itself, else today",
               &extract_date_);
    flags_.Add("valid-from",
               "first day of the places for which the file gives none; empty: "
               "they count on every day, and figures of past days say so",
               &valid_from_);
    flags_.Add("allow-closing",
               "close more than 20 % of the source's places when the file "
               "lacks them",
               &allow_closing_);
    flags_.Add("allow-older",
               "take an extract that is older than the source's last one",
               &allow_older_);
    flags_.Add("dry-run", "check everything, store nothing", &dry_run_);
    for (const char* words : {"places import", "import places"}) {
      program->Add(words, &flags_, [this] { return Report(Run()); });
    }
  }

 private:
  void AddFileFlags() {
    flags_.Argument("FILE",
                    "GeoJSON, CSV or the school register's JSON; or a folder "
                    "of the register's JSON files",
                    &file_);
    flags_.Add("map",
               "id=PROP,name=PROP,kind=PROP,municipality=PROP,lat=PROP,"
               "lon=PROP: which property or column is what",
               &map_);
    flags_.Add("where", "PROP=VALUE: only these records", &where_);
    flags_.Add("on-repeat",
               "error, first or last: what becomes of an id that comes twice",
               &on_repeat_);
    flags_.Add("kind",
               "FORM=KIND: what a school form is that is not known; may be "
               "given several times",
               &kinds_);
    flags_.Add("keep-swapped",
               "take positions whose latitude and longitude look exchanged as "
               "they stand, as suspect; so always for the register's JSON",
               &keep_swapped_);
  }

  absl::StatusOr<PlaceReadOptions> ReadOptionsOf() const {
    PlaceReadOptions options;
    LB_ASSIGN_OR_RETURN(options.read.names, ParseMap(map_));
    LB_ASSIGN_OR_RETURN(options.read.where, ParseWhere(where_));
    LB_ASSIGN_OR_RETURN(options.on_repeat, ParseOnRepeat(on_repeat_));
    LB_ASSIGN_OR_RETURN(options.kinds, ParseKindForms(kinds_));
    options.keep_swapped = keep_swapped_;
    return options;
  }

  absl::StatusOr<PlaceFile> Read(const PlaceReadOptions& options) const {
    const base::SystemClock clock;
    ReadingProgress progress(&clock, stderr);
    LB_ASSIGN_OR_RETURN(PlaceFile file, ReadPlaces(file_, options, &progress));
    std::fprintf(stderr, "read %d records of %s\n", file.read, file_.c_str());
    return file;
  }

  // What the flags leave open, the file may tell.
  PlaceImportOptions OptionsFor(const PlaceFile& file) const {
    PlaceImportOptions options;
    options.source = source_;
    options.extract_date = given_date_;
    options.dry_run = dry_run_;
    options.request_id = base::RandomIds().NewId();
    options.keep_missing = !where_.empty();
    options.allow_closing = allow_closing_;
    options.allow_older = allow_older_;
    // Who imports the national register cannot mend it.
    options.keep_swapped = keep_swapped_ || file.of_units;
    if (options.source.empty()) {
      options.source = file.source.empty() ? kDefaultSource : file.source;
      std::fprintf(stderr, "source '%s'%s%s\n", options.source.c_str(),
                   file.source.empty() ? "" : ", told by ",
                   file.told_by.c_str());
    }
    if (!options.extract_date && file.extract_date) {
      options.extract_date = file.extract_date;
      std::fprintf(stderr, "extract of %s, told by the file\n",
                   base::FormatDate(*file.extract_date).c_str());
    }
    return options;
  }

  absl::Status TakeDates() {
    if (!extract_date_.empty()) {
      LB_ASSIGN_OR_RETURN(given_date_, base::ParseDate(extract_date_));
    }
    if (valid_from_.empty()) return absl::OkStatus();
    return base::ParseDate(valid_from_).status();
  }

  // A first day after a place's last would be none.
  void DateRows(std::vector<PlaceRow>* rows) const {
    for (PlaceRow& row : *rows) {
      const bool ended = !row.valid_to.empty() && row.valid_to <= valid_from_;
      if (row.valid_from.empty() && !ended) row.valid_from = valid_from_;
    }
  }

  // What the file does not place stands where it was known to be.
  absl::Status Settle(Client* client, const std::string& source,
                      PlaceFile* file) const {
    if (!HasUnplaced(*file)) return absl::OkStatus();
    LB_ASSIGN_OR_RETURN(const auto known, PositionsOf(client, source));
    SettleUnplaced(known, file);
    const absl::Status some = CheckHoldsPlaces(*file);
    return some.ok() ? some : InFile(file_, some);
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(PlaceReadOptions options, ReadOptionsOf());
    LB_RETURN_IF_ERROR(TakeDates());
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(options.read.region, RegionBox(&client));
    LB_ASSIGN_OR_RETURN(PlaceFile file, Read(options));
    const PlaceImportOptions import = OptionsFor(file);
    LB_RETURN_IF_ERROR(Settle(&client, import.source, &file));
    DateRows(&file.rows);
    file.buildings = GroupBuildings(import.source, &file.rows);
    const auto done = ImportPlaces(&client, file.rows, import);
    if (!done.ok()) return InFile(file_, done.status());
    if (format_.json()) {
      std::printf("%s\n", PlacesJson(file, *done).c_str());
    } else {
      std::printf("%s%s\n", dry_run_ ? "dry run, nothing stored: " : "",
                  PlacesSummary(import.source, file, *done).c_str());
    }
    return absl::OkStatus();
  }

  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;
  std::string file_;
  std::string map_;
  std::string where_;
  std::string on_repeat_ = "error";
  std::string source_;
  std::string extract_date_;
  std::string valid_from_;
  std::optional<base::Date> given_date_;
  std::vector<std::string> kinds_;
  bool allow_closing_ = false;
  bool allow_older_ = false;
  bool keep_swapped_ = false;
  bool dry_run_ = false;
};

}  // namespace

void AddPlaceImportCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<PlaceImportCommand>(program));
}

}  // namespace lagesbild::cli
