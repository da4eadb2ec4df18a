#include "cli/imports.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/file_rows.h"
#include "cli/places/place_message.h"
#include "cli/upload.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/status.h"
#include "lib/geo/measure.h"
#include "lib/input/geometry.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;

// Which definition the parties are taken to have used.
constexpr char kDefinition[] = "polisen-2016";

// A civil date after all openings.
constexpr char kEndOfDays[] = "9999-12-31";

template <typename Request>
Request FirstMessage(const std::string& parent, const ImportOptions& options) {
  Request request;
  request.set_parent(parent);
  request.set_request_id(options.request_id);
  request.set_validate_only(options.dry_run);
  return request;
}

// Uploads all rows, or none.
template <typename Response, typename Request, typename Row, typename Open,
          typename Add>
absl::StatusOr<Response> Send(Client* client, const std::vector<Row>& rows,
                              Request first, Open open, Add add) {
  first.set_expected_rows(static_cast<std::int64_t>(rows.size()));
  auto done = Upload<Response>(client, open, std::move(first), rows, add);
  if (!done.ok()) return InFileRows(FileRows(rows), done.status());
  return done;
}

rv::Assessment OpenVerdict(rv::Party party, const SiteImportOptions& options) {
  rv::Assessment assessment;
  assessment.set_party(party);
  assessment.set_verdict(rv::VERDICT_OPEN);
  assessment.set_valid_from(base::FormatDate(options.valid_from));
  assessment.set_evidence_date(base::FormatDate(options.evidence_date));
  assessment.set_definition_version(kDefinition);
  return assessment;
}

// One element of a row's `assessments`; what is not understood is left unset,
// for the registry to refuse by row and field.
rv::Assessment ReadAssessment(const nlohmann::json& json) {
  const auto text = [&json](const char* name) {
    return json.is_object() ? json.value(name, "") : "";
  };
  rv::Assessment assessment;
  rv::Party party;
  if (rv::Party_Parse(absl::StrCat("PARTY_", text("party")), &party)) {
    assessment.set_party(party);
  }
  rv::Verdict verdict;
  if (rv::Verdict_Parse(absl::StrCat("VERDICT_", text("verdict")), &verdict)) {
    assessment.set_verdict(verdict);
  }
  assessment.set_valid_from(text("valid_from"));
  assessment.set_evidence_date(text("evidence_date"));
  assessment.set_definition_version(kDefinition);
  return assessment;
}

void AddSite(const FeatureRow& row, const SiteImportOptions& options,
             rv::ImportSitesRequest* request) {
  rv::SiteRow* out = request->add_rows();
  out->set_external_id(row.id);
  rv::Site* site = out->mutable_site();
  site->set_display_name(row.name.empty() ? row.id : row.name);
  input::WriteGeometry(row.geometry, site->mutable_geometry());
  if (!row.kinds.empty()) site->set_category(row.kinds.front());
  if (options.assess_open) {
    *out->add_assessments() = OpenVerdict(rv::PARTY_MUNICIPALITY, options);
    *out->add_assessments() = OpenVerdict(rv::PARTY_POLICE, options);
  }
  const auto listed = row.properties.find("assessments");
  if (listed == row.properties.end() || !listed->is_array()) return;
  for (const nlohmann::json& json : *listed) {
    *out->add_assessments() = ReadAssessment(json);
  }
}

std::string FlagNames(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"allow_closing", "--allow-closing"},
                                    {"allow_older", "--allow-older"},
                                    {"keep_swapped", "--keep-swapped"}});
}

}  // namespace

geo::BoundingBox SwedenBox() {
  return {.south = 54.9, .west = 10.0, .north = 69.4, .east = 24.6};
}

absl::StatusOr<std::vector<rv::Area>> Municipalities(Client* client) {
  const auto stub = rv::SiteRegistry::NewStub(client->channel());
  rv::ListAreasRequest request;
  LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client->Parent());
  request.set_filter("kind = AREA_KIND_MUNICIPALITY");
  std::vector<rv::Area> areas;
  LB_RETURN_IF_ERROR(client->ListAll(
      stub.get(), &rv::SiteRegistry::Stub::ListAreas, request,
      [&](const rv::ListAreasResponse& page) {
        areas.insert(areas.end(), page.areas().begin(), page.areas().end());
      }));
  return areas;
}

absl::StatusOr<std::optional<geo::BoundingBox>> RegionBox(Client* client) {
  LB_ASSIGN_OR_RETURN(const std::vector<rv::Area> areas,
                      Municipalities(client));
  std::optional<geo::BoundingBox> box;
  for (const rv::Area& area : areas) {
    const auto own = geo::BoundingBoxOf(input::GeometryOf(area.geometry()));
    box = box ? box->Union(own) : own;
  }
  return box;
}

absl::StatusOr<rv::ImportAreasResponse> ImportAreas(
    Client* client, const std::vector<FeatureRow>& rows, rv::AreaKind kind,
    const ImportOptions& options) {
  LB_ASSIGN_OR_RETURN(const std::string parent, client->Parent());
  const auto stub = rv::SiteRegistry::NewStub(client->channel());
  return Send<rv::ImportAreasResponse>(
      client, rows, FirstMessage<rv::ImportAreasRequest>(parent, options),
      [&](auto* context, auto* response) {
        return stub->ImportAreas(context, response);
      },
      [kind](const FeatureRow& row, rv::ImportAreasRequest* request) {
        rv::Area* area = request->add_areas();
        area->set_kind(kind);
        area->set_code(row.id);
        area->set_display_name(row.name.empty() ? row.id : row.name);
        input::WriteGeometry(row.geometry, area->mutable_geometry());
      });
}

absl::Status InFlagNames(const absl::Status& status) {
  base::ErrorDetail detail = base::DetailOf(status);
  for (base::FieldViolation& violation : detail.violations) {
    violation.description = FlagNames(violation.description);
  }
  return base::WithDetail(
      absl::Status(status.code(), FlagNames(status.message())), detail);
}

absl::StatusOr<pv::ImportPlacesResponse> ImportPlaces(
    Client* client, const std::vector<PlaceRow>& rows,
    const PlaceImportOptions& options) {
  LB_ASSIGN_OR_RETURN(const std::string parent, client->Parent());
  const auto stub = pv::ProximityAnalysis::NewStub(client->channel());
  auto first = FirstMessage<pv::ImportPlacesRequest>(parent, options);
  first.set_source(options.source);
  if (options.extract_date) {
    first.set_extract_date(base::FormatDate(*options.extract_date));
  }
  first.set_keep_missing(options.keep_missing);
  first.set_allow_closing(options.allow_closing);
  first.set_allow_older(options.allow_older);
  first.set_keep_swapped(options.keep_swapped);
  auto done = Send<pv::ImportPlacesResponse>(
      client, rows, std::move(first),
      [&](auto* context, auto* response) {
        return stub->ImportPlaces(context, response);
      },
      AddPlace);
  if (!done.ok()) return InFlagNames(done.status());
  ToFileRows(FileRows(rows), &*done);
  return done;
}

absl::StatusOr<KnownPositions> PositionsOf(Client* client,
                                           const std::string& source) {
  const auto stub = pv::ProximityAnalysis::NewStub(client->channel());
  pv::ListPlacesRequest request;
  LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client->Parent());
  request.set_filter(absl::StrCat(
      "source = \"",
      absl::StrReplaceAll(source, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\""));
  KnownPositions known;
  const auto take = [&](const pv::ListPlacesResponse& page) {
    for (const pv::Place& place : page.places()) {
      // A correction stands whatever the source says.
      const auto& at = place.has_source_position() ? place.source_position()
                                                   : place.position();
      known[place.external_id()] = {
          {.latitude = at.latitude(), .longitude = at.longitude()},
          place.quality() == pv::POSITION_QUALITY_SUSPECT};
    }
  };
  // Those that are still to open, and those that are to close.
  for (const char* day : {kEndOfDays, ""}) {
    request.mutable_as_of()->set_valid_date(day);
    LB_RETURN_IF_ERROR(client->ListAll(
        stub.get(), &pv::ProximityAnalysis::Stub::ListPlaces, request, take));
  }
  return known;
}

absl::StatusOr<rv::ImportSitesResponse> ImportSites(
    Client* client, const std::vector<FeatureRow>& rows,
    const SiteImportOptions& options) {
  LB_ASSIGN_OR_RETURN(const std::string parent, client->Parent());
  const auto stub = rv::SiteRegistry::NewStub(client->channel());
  auto first = FirstMessage<rv::ImportSitesRequest>(parent, options);
  first.set_source(options.source);
  first.set_allow_duplicates(options.allow_duplicates);
  return Send<rv::ImportSitesResponse>(
      client, rows, std::move(first),
      [&](auto* context, auto* response) {
        return stub->ImportSites(context, response);
      },
      [&](const FeatureRow& row, rv::ImportSitesRequest* request) {
        AddSite(row, options, request);
      });
}

}  // namespace lagesbild::cli
