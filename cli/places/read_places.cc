#include "cli/places/read_places.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/place_rows.h"
#include "cli/places/csv_places.h"
#include "cli/places/csv_reader.h"
#include "cli/places/json_units.h"
#include "cli/places/place_format.h"
#include "cli/places/register_rows.h"
#include "lib/base/status.h"
#include "lib/geo/measure.h"

namespace lagesbild::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr char kSchoolRegister[] = "school-register";
constexpr char kSwappedRemedy[] =
    "with --keep-swapped it is taken as it stands, as a suspect position";
constexpr int kRecordsPerTick = 256;
const char* const kUnitFiles[] = {".json", ".jsonl", ".ndjson"};

std::string ReadHead(std::ifstream* file) {
  std::string head(kFormatHeadBytes, '\0');
  file->read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(file->gcount()));
  file->clear();
  file->seekg(0);
  return head;
}

bool IsUnitFile(const fs::directory_entry& entry) {
  std::error_code error;
  const std::string name = entry.path().filename().string();
  return entry.is_regular_file(error) && name.front() != '.' &&
         std::find(std::begin(kUnitFiles), std::end(kUnitFiles),
                   entry.path().extension()) != std::end(kUnitFiles);
}

// In the order of their names.
absl::StatusOr<std::vector<fs::path>> UnitFiles(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (IsUnitFile(*at)) files.push_back(at->path());
  }
  if (error) {
    return absl::PermissionDeniedError(
        absl::StrCat("cannot be listed: ", error.message()));
  }
  if (files.empty()) {
    return absl::InvalidArgumentError("is a folder without a .json file");
  }
  std::sort(files.begin(), files.end());
  return files;
}

// A file, or a folder of them, on its way to places.
class Reader {
 public:
  Reader(const PlaceReadOptions& options, ReadingProgress* progress)
      : options_(options),
        progress_(*progress),
        collector_(options.on_repeat, options.kinds) {}

  absl::Status ReadFile(const std::string& path) {
    LB_ASSIGN_OR_RETURN(std::ifstream file, OpenFile(path));
    const std::string head = ReadHead(&file);
    LB_ASSIGN_OR_RETURN(const PlaceFormat format, FormatOf(head));
    std::error_code error;
    bytes_ = fs::file_size(path, error);
    if (error) bytes_ = 0;  // not a plain file: nothing says how long it is
    switch (format) {
      case PlaceFormat::kGeoJson:
        return ReadGeoJson(&file);
      case PlaceFormat::kTable:
        return ReadCsvPlaces(
            &file, *FindSeparator(head), options_.read,
            [&](int row) { TickFile(&file, row); }, &teller_, &collector_);
      default:
        return ReadUnitFile(&file, format, "");
    }
  }

  // A file that cannot be read is a fault among the others.
  absl::Status ReadFolder(const std::string& path) {
    LB_ASSIGN_OR_RETURN(const std::vector<fs::path> files, UnitFiles(path));
    for (size_t i = 0; i < files.size(); ++i) {
      const std::string name = files[i].filename().string();
      const absl::Status read = ReadMember(files[i].string(), name);
      if (!read.ok()) collector_.faults().Add(name, read.message());
      progress_.At(units_, i + 1, files.size());
    }
    return absl::OkStatus();
  }

  absl::StatusOr<PlaceFile> Finish() {
    LB_ASSIGN_OR_RETURN(PlaceFile file, collector_.Finish());
    if (units_ > 0) {
      file.source = kSchoolRegister;
      file.told_by = "its units";
      file.of_units = true;
    } else if (const auto told = teller_.Told()) {
      file.source = told->source;
      file.told_by = told->property;
    }
    file.extract_date = extract_date_;
    return file;
  }

 private:
  absl::Status ReadGeoJson(std::ifstream* file) {
    ReadOptions options = options_.read;
    if (options_.keep_swapped) options.region = std::nullopt;
    options.swapped_remedy = kSwappedRemedy;
    MissingIds missing(options.names);
    const absl::Status read =
        VisitFeatureRows(file, options, [&](absl::StatusOr<FeatureRow> row) {
          if (!row.ok()) return collector_.faults().Add(row.status());
          teller_.See(row->properties);
          TickFile(file, row->row);
          if (!missing.See(*row)) return;
          TakeFeature(*row, geo::CenterOf(row->geometry), &collector_);
        });
    LB_RETURN_IF_ERROR(read);
    missing.Report("features", &collector_.faults());
    return absl::OkStatus();
  }

  absl::Status ReadMember(const std::string& path, const std::string& name) {
    LB_ASSIGN_OR_RETURN(std::ifstream file, OpenFile(path));
    LB_ASSIGN_OR_RETURN(const PlaceFormat format, FormatOf(ReadHead(&file)));
    if (format == PlaceFormat::kUnits || format == PlaceFormat::kUnitLines) {
      return ReadUnitFile(&file, format, name);
    }
    return absl::InvalidArgumentError(
        "is no unit of the school register; a folder holds nothing else");
  }

  // `name` is the file's in its folder; "" for a file alone.
  absl::Status ReadUnitFile(std::ifstream* file, PlaceFormat format,
                            const std::string& name) {
    const bool lines = format == PlaceFormat::kUnitLines;
    const auto visit = [&](int number, const Json& unit) {
      ++units_;
      if (name.empty()) TickFile(file, units_);
      if (!IsWanted(options_.read.where, AttributesOf(unit))) return;
      TakeUnit(UnitOf(unit), units_, At(name, lines, number), &collector_);
    };
    const auto read =
        lines ? ReadUnitLines(file, visit) : ReadUnits(file, visit);
    if (!read.ok()) return read.status();
    if (read->units == 0) {
      return absl::InvalidArgumentError("holds no unit of the school register");
    }
    return TakeExtractDate(read->extract_date);
  }

  static std::string At(const std::string& name, bool line, int number) {
    if (line) {
      return absl::StrCat(name, name.empty() ? "" : " ", "line ", number);
    }
    if (name.empty()) return absl::StrCat("units[", number - 1, "]");
    return number == 1 ? name : absl::StrCat(name, " units[", number - 1, "]");
  }

  // The newest of a folder's files counts.
  absl::Status TakeExtractDate(const std::string& text) {
    if (text.empty()) return absl::OkStatus();
    const auto date = base::ParseDate(text.substr(0, text.find('T')));
    if (!date.ok()) {
      return absl::InvalidArgumentError(
          "meta.extractDate is no date like 2026-07-01");
    }
    extract_date_ = std::max(extract_date_.value_or(*date), *date);
    return absl::OkStatus();
  }

  void TickFile(std::ifstream* file, int records) {
    if (records % kRecordsPerTick != 0) return;
    const auto at = file->rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in);
    progress_.At(records,
                 static_cast<std::uint64_t>(std::max<std::streamoff>(at, 0)),
                 bytes_);
  }

  const PlaceReadOptions& options_;
  ReadingProgress& progress_;
  PlaceCollector collector_;
  RegisterTeller teller_;
  std::optional<base::Date> extract_date_;
  std::uint64_t bytes_ = 0;
  int units_ = 0;
};

}  // namespace

absl::StatusOr<PlaceFile> ReadPlaces(const std::string& path,
                                     const PlaceReadOptions& options,
                                     ReadingProgress* progress) {
  Reader reader(options, progress);
  std::error_code error;
  const absl::Status read = fs::is_directory(path, error)
                                ? reader.ReadFolder(path)
                                : reader.ReadFile(path);
  if (!read.ok()) return InFile(path, read);
  auto file = reader.Finish();
  if (!file.ok()) return InFile(path, file.status());
  if (options.read.where && file->read == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": no place to import matches --where"));
  }
  const absl::Status some = CheckHoldsPlaces(*file);
  if (!some.ok()) return InFile(path, some);
  return file;
}

}  // namespace lagesbild::cli
