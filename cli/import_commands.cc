#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/imports.h"
#include "cli/output.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace rv = ::lagesbild::registry::v1;

constexpr char kDefaultSource[] = "import";

// The flags and the first steps of every import.
class ImportCommand : public Command {
 protected:
  ImportCommand(const std::string& what, std::string purpose)
      : flags_("lagesbild import " + what, std::move(purpose)) {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    flags_.Argument("FILE", "a GeoJSON file", &file_);
    flags_.Add("map", "id=PROP,name=PROP,kind=PROP: which property is what",
               &map_);
    flags_.Add("where", "PROP=VALUE: only these features", &where_);
    flags_.Add("dry-run", "check everything, store nothing", &dry_run_);
  }

  absl::StatusOr<std::vector<FeatureRow>> Read(
      std::optional<geo::BoundingBox> region) const {
    ReadOptions options;
    LB_ASSIGN_OR_RETURN(options.names, ParseMap(map_));
    LB_ASSIGN_OR_RETURN(options.where, ParseWhere(where_));
    options.region = region;
    LB_ASSIGN_OR_RETURN(auto rows, ReadFeatureRows(file_, options));
    std::fprintf(stderr, "read %zu features of %s\n", rows.size(),
                 file_.c_str());
    return rows;
  }

  // The summary, for people or programs; or what is wrong with the file.
  template <typename Summary, typename Text>
  absl::Status Print(const absl::StatusOr<Summary>& done,
                     const Text& text) const {
    if (!done.ok()) return InFile(file_, done.status());
    if (format_.json()) {
      std::printf("%s\n", ToJson(*done).c_str());
    } else {
      std::printf("%s%s\n", dry_run_ ? "dry run, nothing stored: " : "",
                  text(*done).c_str());
    }
    return absl::OkStatus();
  }

  void Fill(ImportOptions* options) const {
    options->source = source_;
    options->dry_run = dry_run_;
    options->request_id = base::RandomIds().NewId();
  }

  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;
  std::string file_;
  std::string map_;
  std::string where_;
  std::string source_;
  bool dry_run_ = false;
};

class ImportAreasCommand final : public ImportCommand {
 public:
  explicit ImportAreasCommand(rpc::Commands* program)
      : ImportCommand("areas", "Imports municipalities, or other areas.") {
    flags_.Add("area-kind", "municipality, district or police-area", &kind_);
    program->Add("import areas", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::StatusOr<rv::AreaKind> Kind() const {
    if (kind_ == "municipality") return rv::AREA_KIND_MUNICIPALITY;
    if (kind_ == "district") return rv::AREA_KIND_DISTRICT;
    if (kind_ == "police-area") return rv::AREA_KIND_POLICE_AREA;
    return absl::InvalidArgumentError(
        "--area-kind is municipality, district or police-area");
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(const rv::AreaKind kind, Kind());
    LB_ASSIGN_OR_RETURN(const auto rows, Read(SwedenBox()));
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    ImportOptions options;
    Fill(&options);
    return Print(ImportAreas(&client, rows, kind, options),
                 [&](const rv::ImportAreasResponse& done) {
                   return absl::StrCat(rows.size(), " areas: ", done.created(),
                                       " new, ", done.updated(), " changed, ",
                                       done.unchanged(), " unchanged");
                 });
  }

  std::string kind_ = "municipality";
};

class ImportSitesCommand final : public ImportCommand {
 public:
  explicit ImportSitesCommand(rpc::Commands* program)
      : ImportCommand("sites",
                      "Imports sites. A point is a site of radius 0.") {
    source_ = kDefaultSource;
    flags_.Add("source", "where the ids come from; part of the sites' identity",
               &source_);
    flags_.Add("assess",
               "open: record that both parties say so, on their behalf; needs "
               "the coordination office's ADMIN token",
               &assess_);
    flags_.Add("valid-from", "date from which --assess holds; default today",
               &valid_from_);
    flags_.Add("evidence-date", "date of the evidence; default --valid-from",
               &evidence_date_);
    flags_.Add("allow-duplicates", "take sites that lie near another one",
               &allow_duplicates_);
    program->Add("import sites", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::StatusOr<SiteImportOptions> Options() const {
    SiteImportOptions options;
    Fill(&options);
    options.allow_duplicates = allow_duplicates_;
    options.assess_open = assess_ == "open";
    if (!assess_.empty() && !options.assess_open) {
      return absl::InvalidArgumentError("--assess takes only 'open'");
    }
    options.valid_from = base::DateInSweden(base::SystemClock().Now());
    if (!valid_from_.empty()) {
      LB_ASSIGN_OR_RETURN(options.valid_from, base::ParseDate(valid_from_));
    }
    options.evidence_date = options.valid_from;
    if (!evidence_date_.empty()) {
      LB_ASSIGN_OR_RETURN(options.evidence_date,
                          base::ParseDate(evidence_date_));
    }
    return options;
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(const SiteImportOptions options, Options());
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(const auto region, RegionBox(&client));
    LB_ASSIGN_OR_RETURN(const auto rows, Read(region));
    return Print(ImportSites(&client, rows, options),
                 [&](const rv::ImportSitesResponse& done) {
                   return absl::StrCat(rows.size(), " sites: ", done.created(),
                                       " new, ", done.updated(), " changed, ",
                                       done.unchanged(), " unchanged; ",
                                       done.assessments(),
                                       " verdicts recorded");
                 });
  }

  std::string assess_;
  std::string valid_from_;
  std::string evidence_date_;
  bool allow_duplicates_ = false;
};

}  // namespace

void AddImportCommands(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<ImportAreasCommand>(program));
  AddPlaceImportCommand(program, list);
  list->push_back(std::make_unique<ImportSitesCommand>(program));
}

}  // namespace lagesbild::cli
