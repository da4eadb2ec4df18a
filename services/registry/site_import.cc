#include "services/registry/site_import.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/api/names.h"
#include "lib/api/text.h"
#include "lib/base/status.h"
#include "lib/geo/spatial_index.h"
#include "lib/input/row_count.h"
#include "services/registry/registry_access.h"

namespace lagesbild::registry {
namespace {

constexpr api::TextRule kForeignId = {.max_characters = kMaxIdCharacters,
                                      .required = true};
// How many neighbours an answer about duplicates names for each row.
constexpr std::size_t kMaxNamedNeighbours = 3;

std::string RowPath(int row) { return absl::StrCat("rows[", row, "]"); }

class RowReader {
 public:
  RowReader(const Act& act, SiteImport* import) : act_(act), import_(import) {}

  void Read(const v1::SiteRow& message) {
    const int number = static_cast<int>(import_->rows.size()) + 1;
    const std::string at = RowPath(number);
    SiteImportRow row;
    row.external_id = message.external_id();
    faults_.Add(
        api::CheckText(at + ".external_id", row.external_id, kForeignId));
    row.site_id = ImportedSiteId(import_->source, row.external_id);
    CheckNew(row, number);
    row.draft =
        ReadSetFields(message.site(), at + ".site", act_.today, &faults_);
    for (int i = 0; i < message.assessments_size(); ++i) {
      ReadVerdict(message.assessments(i),
                  absl::StrCat(at, ".assessments[", i, "]"), &row);
    }
    import_->rows.push_back(std::move(row));
  }

  absl::Status Finish() const { return faults_.ToStatus(); }
  input::Faults& faults() { return faults_; }

 private:
  void CheckNew(const SiteImportRow& row, int number) {
    const auto [first, is_new] = seen_.emplace(row.site_id, number);
    if (is_new) return;
    faults_.Add(RowPath(number) + ".external_id",
                "is that of " + RowPath(first->second));
  }

  void ReadVerdict(const v1::Assessment& message, const std::string& at,
                   SiteImportRow* row) {
    Assessment assessment = ReadAssessment(message, at, act_, &faults_);
    if (assessment.party == Party::kUnspecified) {
      faults_.Add(at + ".party", "is required: whose verdict is recorded?");
    }
    assessment.on_behalf = true;
    row->assessments.push_back(std::move(assessment));
  }

  const Act& act_;
  SiteImport* const import_;
  input::Faults faults_;
  std::unordered_map<std::string, int> seen_;
};

absl::Status CheckVerdictsAllowed(const v1::ImportSitesRequest& message,
                                  const Act& act) {
  const bool verdicts =
      std::any_of(message.rows().begin(), message.rows().end(),
                  [](const auto& row) { return row.assessments_size() > 0; });
  if (!verdicts || IsCoordinationAdmin(act.caller)) return absl::OkStatus();
  return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                     "only the coordination office records verdicts by import");
}

// One decision over all rows.
class Importer {
 public:
  Importer(const Scene& scene, const SiteImport& import)
      : scene_(scene), import_(import), batch_(scene.state) {}

  absl::StatusOr<ledger::Transaction> Run(ImportCounts* counts) {
    LB_RETURN_IF_ERROR(CheckAreasKnown(scene_));
    for (std::size_t i = 0; i < import_.rows.size(); ++i) {
      LB_RETURN_IF_ERROR(
          Take(import_.rows[i], RowPath(static_cast<int>(i) + 1)));
    }
    LB_RETURN_IF_ERROR(faults_.ToStatus());
    LB_RETURN_IF_ERROR(Duplicates());
    *counts = counts_;
    const bool changes = !batch_.empty();
    ledger::Transaction transaction = batch_.Take();
    if (changes) {
      transaction.writes.push_back(
          {.key = kImportKey, .value = EncodeImport(counts_), .expected = {}});
    }
    return transaction;
  }

 private:
  absl::Status Take(const SiteImportRow& row, const std::string& at) {
    const auto before = scene_.state.FindSite(row.site_id);
    if (before == nullptr && !CanBeNew(row, at)) return absl::OkStatus();
    if (before != nullptr && !IsItsOwn(before->site, row, at)) {
      return absl::OkStatus();
    }
    Site after = before == nullptr ? NewSite(row) : before->site;
    LB_RETURN_IF_ERROR(Allowed(before.get(), after, row, at));
    const int faults_before = faults_.count();
    Change(row, at, before.get(), &after);
    if (faults_.count() > faults_before) return absl::OkStatus();
    LB_RETURN_IF_ERROR(MayWrite(after, at));
    if (before == nullptr) LB_RETURN_IF_ERROR(MaySet(after, row, at));
    if (Moves(before.get(), after)) NoteDuplicates(row, at);
    Count(before != nullptr,
          batch_.Put(before.get(), std::move(after), scene_.act.now));
    return absl::OkStatus();
  }

  bool CanBeNew(const SiteImportRow& row, const std::string& at) {
    const int faults_before = faults_.count();
    for (const char* field : {"display_name", "geometry"}) {
      if (!row.draft.Has(field)) {
        faults_.Add(absl::StrCat(at, ".site.", field), "is required");
      }
    }
    return faults_.count() == faults_before;
  }

  // Anybody can give a site the name that a row's would have.
  bool IsItsOwn(const Site& site, const SiteImportRow& row,
                const std::string& at) {
    if (site.source == import_.source && site.external_id == row.external_id) {
      return true;
    }
    faults_.Add(at + ".external_id",
                absl::StrCat("the row's site would be ",
                             scene_.presenter.SiteName(site.id),
                             ", which is another's"));
    return false;
  }

  Site NewSite(const SiteImportRow& row) const {
    Site site;
    site.id = row.site_id;
    site.owner_agency = scene_.act.caller.agency();
    site.create_time = scene_.act.now;
    site.source = import_.source;
    site.external_id = row.external_id;
    return site;
  }

  // A new site's areas are not known yet: it is checked when it is placed.
  absl::Status Allowed(const SiteEntry* before, const Site& site,
                       const SiteImportRow& row, const std::string& at) {
    if (before == nullptr) return absl::OkStatus();
    LB_RETURN_IF_ERROR(MayWrite(site, at));
    return MaySet(site, row, at);
  }

  absl::Status MayWrite(const Site& site, const std::string& at) {
    return Named(CheckMayWrite(scene_.act.caller, site), at);
  }
  absl::Status MaySet(const Site& site, const SiteImportRow& row,
                      const std::string& at) {
    return Named(CheckMaySet(scene_.act.caller, site, row.draft), at);
  }
  static absl::Status Named(const absl::Status& status, const std::string& at) {
    if (status.ok()) return status;
    return base::WithDetail(
        absl::Status(status.code(), absl::StrCat(at, ": ", status.message())),
        base::DetailOf(status));
  }

  void Change(const SiteImportRow& row, const std::string& at,
              const SiteEntry* before, Site* after) {
    Apply(row.draft, after);
    const ExternalRef own = {import_.source, row.external_id};
    auto& refs = after->external_refs;
    if (std::find(refs.begin(), refs.end(), own) == refs.end()) {
      refs.push_back(own);
    }
    PlaceSite(scene_, row.draft, Moves(before, *after), at + ".site", after,
              &faults_);
    for (const Assessment& assessment : row.assessments) {
      Record(assessment, after);
    }
  }

  void Record(const Assessment& assessment, Site* site) {
    for (const Assessment& known : site->assessments) {
      if (SameVerdict(known, assessment)) return;
    }
    site->assessments.push_back(assessment);
    ++counts_.assessments;
  }

  void NoteDuplicates(const SiteImportRow& row, const std::string& at) {
    if (import_.allow_duplicates) return;
    std::vector<std::string> near =
        scene_.state.LikelyDuplicates(*row.draft.shape, scene_.act.today);
    for (std::string& id : taken_.Within(*row.draft.shape, kDuplicateRadius)) {
      near.push_back(std::move(id));
    }
    near.erase(std::remove(near.begin(), near.end(), row.site_id), near.end());
    if (!near.empty()) duplicates_.emplace_back(at, std::move(near));
    taken_.Put(row.site_id, *row.draft.shape);
  }

  absl::Status Duplicates() const {
    if (duplicates_.empty()) return absl::OkStatus();
    input::Faults near;
    for (const auto& [at, ids] : duplicates_) {
      near.Add(at + ".site.geometry", Neighbours(ids));
    }
    base::ErrorDetail detail = base::DetailOf(near.ToStatus());
    detail.reason = base::kLikelyDuplicate;
    detail.metadata["rows"] = absl::StrCat(duplicates_.size());
    detail.metadata["faults"] = detail.metadata["rows"];
    return base::WithDetail(
        absl::AlreadyExistsError(absl::StrCat(
            duplicates_.size(),
            " rows at fault, the first: ", duplicates_.front().first, " ",
            Neighbours(duplicates_.front().second))),
        detail);
  }

  std::string Neighbours(std::vector<std::string> ids) const {
    const std::size_t count = ids.size();
    if (count > kMaxNamedNeighbours) ids.resize(kMaxNamedNeighbours);
    for (std::string& id : ids) id = scene_.presenter.SiteName(id);
    const std::string more =
        count > ids.size() ? absl::StrCat(" and ", count - ids.size(), " more")
                           : "";
    return absl::StrCat("is likely a duplicate: lies near ",
                        absl::StrJoin(ids, ", "), more);
  }

  void Count(bool existed, bool written) {
    ++(existed ? written ? counts_.updated : counts_.unchanged
               : counts_.created);
  }

  const Scene& scene_;
  const SiteImport& import_;
  SiteBatch batch_;
  ImportCounts counts_;
  input::Faults faults_;
  geo::SpatialIndex taken_;
  std::vector<std::pair<std::string, std::vector<std::string>>> duplicates_;
};

}  // namespace

std::string ImportedSiteId(absl::string_view source,
                           absl::string_view external_id) {
  // Neither part can hold a line feed, so no two pairs are joined into one.
  return api::IdForExternal(absl::StrCat(source, "\n", external_id));
}

absl::StatusOr<SiteImport> ReadSiteImport(
    const std::vector<v1::ImportSitesRequest>& messages, const Act& act) {
  SiteImport import;
  if (messages.empty()) {
    return base::InvalidField("parent", "the import is empty");
  }
  import.source = messages.front().source();
  import.allow_duplicates = messages.front().allow_duplicates();
  RowReader reader(act, &import);
  reader.faults().Add(api::CheckText("source", import.source, kForeignId));
  for (const v1::ImportSitesRequest& message : messages) {
    LB_RETURN_IF_ERROR(CheckVerdictsAllowed(message, act));
    if (import.rows.size() + message.rows_size() > kMaxImportRows) {
      return absl::ResourceExhaustedError(
          absl::StrCat("an import has at most ", kMaxImportRows, " rows"));
    }
    for (const v1::SiteRow& row : message.rows()) reader.Read(row);
  }
  LB_RETURN_IF_ERROR(
      input::CheckRowCount(messages.front().expected_rows(),
                           static_cast<std::int64_t>(import.rows.size())));
  LB_RETURN_IF_ERROR(reader.Finish());
  return import;
}

absl::StatusOr<ledger::Transaction> DecideImport(const Scene& scene,
                                                 const SiteImport& import,
                                                 ImportCounts* counts) {
  return Importer(scene, import).Run(counts);
}

}  // namespace lagesbild::registry
