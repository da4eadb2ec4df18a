#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace nv = ::lagesbild::notifications::v1;
namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;

// One kind of list: how its rows are asked for, and what a row shows.
template <typename Service, typename Request, typename Response,
          typename Record>
struct ListKind {
  std::string command;  // its last word but "list" is what is counted
  std::string purpose;
  grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                        Response*);
  const google::protobuf::RepeatedPtrField<Record>& (
      Response::*records)() const;
  std::vector<std::string> header;
  std::function<std::vector<std::string>(const Record&)> row;
};

// "sites", "exposures", …: a table for people, one JSON object a line for
// programs.
template <typename Service, typename Request, typename Response,
          typename Record>
class ListCommand final : public Command {
 public:
  using Kind = ListKind<Service, Request, Response, Record>;

  ListCommand(Kind kind, rpc::Commands* program)
      : kind_(std::move(kind)),
        flags_("lagesbild " + kind_.command, kind_.purpose) {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    if constexpr (kHasFilter) {
      flags_.Add("filter", "AIP-160, over the fields of the records", &filter_);
    }
    if constexpr (kHasAsOf) {
      flags_.Add("as-of", "RFC 3339 time: as it was recorded then", &as_of_);
      flags_.Add("valid", "date: as it held on that day", &valid_);
    }
    program->Add(kind_.command, &flags_, [this] { return Report(Run()); });
  }

 private:
  static constexpr bool kHasFilter = requires(Request request) {
    request.set_filter("");
  };
  static constexpr bool kHasAsOf = requires(Request request) {
    request.mutable_as_of();
  };

  absl::StatusOr<Request> MakeRequest(Client* client) const {
    Request request;
    LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client->Parent());
    if constexpr (kHasFilter) request.set_filter(filter_);
    if constexpr (kHasAsOf) {
      request.mutable_as_of()->set_recorded_time(as_of_);
      request.mutable_as_of()->set_valid_date(valid_);
    }
    return request;
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_RETURN_IF_ERROR(client.CatchUp());
    LB_ASSIGN_OR_RETURN(const Request request, MakeRequest(&client));
    const auto stub = Service::NewStub(client.channel());
    Table table(kind_.header);
    int count = 0;
    LB_RETURN_IF_ERROR(client.ListAll(
        stub.get(), kind_.method, request, [&](const Response& page) {
          for (const Record& record : (page.*kind_.records)()) {
            ++count;
            if (format_.json()) {
              std::printf("%s\n", ToJson(record).c_str());
            } else {
              table.Add(kind_.row(record));
            }
          }
        }));
    if (format_.json()) return absl::OkStatus();
    if (!table.empty()) table.Print(stdout);
    std::printf("%d %s\n", count, Noun().c_str());
    return absl::OkStatus();
  }

  // "places" of "places list".
  std::string Noun() const {
    return std::string(absl::StripSuffix(kind_.command, " list"));
  }

  const Kind kind_;
  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;
  std::string filter_;
  std::string as_of_;
  std::string valid_;
};

std::string State(const std::string& name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

void AddSites(rpc::Commands* program, CommandList* list) {
  using List = ListCommand<rv::SiteRegistry, rv::ListSitesRequest,
                           rv::ListSitesResponse, rv::Site>;
  list->push_back(std::make_unique<List>(
      List::Kind{"sites",
                 "Lists the sites that you may see.",
                 &rv::SiteRegistry::Stub::ListSites,
                 &rv::ListSitesResponse::sites,
                 {"SITE", "NAME", "STATE", "SINCE", "MUNICIPALITY", "AREA M2"},
                 [](const rv::Site& site) {
                   return std::vector<std::string>{
                       ShortName(site.name()),
                       site.display_name(),
                       State(rv::SiteState_Name(site.state()), "SITE_STATE_"),
                       site.state_since(),
                       site.municipality(),
                       Decimal(site.area_m2(), 0)};
                 }},
      program));
}

std::string QualityName(pv::PositionQuality quality) {
  return State(pv::PositionQuality_Name(quality), "POSITION_QUALITY_");
}

// Who says how far a position may be off.
std::string MarginSource(const pv::Exposure& exposure) {
  switch (exposure.margin_source()) {
    case pv::MARGIN_SOURCE_REGISTER:
      return "register";
    case pv::MARGIN_SOURCE_CORRECTION:
      return "correction";
    case pv::MARGIN_SOURCE_QUALITY:
      return absl::StrCat("assumed: ", QualityName(exposure.quality()));
    default:
      return "";
  }
}

void AddExposures(rpc::Commands* program, CommandList* list) {
  using List = ListCommand<pv::ProximityAnalysis, pv::ListExposuresRequest,
                           pv::ListExposuresResponse, pv::Exposure>;
  list->push_back(std::make_unique<List>(
      List::Kind{"exposures",
                 "Lists pairs of a site and a place within a layer's radius.",
                 &pv::ProximityAnalysis::Stub::ListExposures,
                 &pv::ListExposuresResponse::exposures,
                 {"SITE", "PLACE", "NAME", "METRES", "MARGIN", "MARGIN FROM",
                  "VERDICT"},
                 [](const pv::Exposure& e) {
                   return std::vector<std::string>{
                       ShortName(e.site()),
                       ShortName(e.place()),
                       e.place_display_name(),
                       Decimal(e.distance_m()),
                       Decimal(e.margin_m(), 0),
                       MarginSource(e),
                       State(pv::Verdict_Name(e.verdict()), "VERDICT_")};
                 }},
      program));
}

template <typename Message>
std::string Kinds(const Message& message) {
  std::string names;
  for (const int kind : message.kinds()) {
    absl::StrAppend(&names, names.empty() ? "" : " ",
                    State(pv::PlaceKind_Name(static_cast<pv::PlaceKind>(kind)),
                          "PLACE_KIND_"));
  }
  return names;
}

void AddPlaces(rpc::Commands* program, CommandList* list) {
  using List = ListCommand<pv::ProximityAnalysis, pv::ListPlacesRequest,
                           pv::ListPlacesResponse, pv::Place>;
  list->push_back(std::make_unique<List>(
      List::Kind{"places list",
                 "Lists schools and other places, and how far their positions "
                 "can be trusted.",
                 &pv::ProximityAnalysis::Stub::ListPlaces,
                 &pv::ListPlacesResponse::places,
                 {"PLACE", "NAME", "KINDS", "MUNICIPALITY", "QUALITY", "MARGIN",
                  "CORRECTED", "FLAGS"},
                 [](const pv::Place& place) {
                   std::string flags;
                   for (const std::string& flag : place.flags()) {
                     absl::StrAppend(&flags, flags.empty() ? "" : "; ", flag);
                   }
                   return std::vector<std::string>{
                       ShortName(place.name()),
                       place.display_name(),
                       Kinds(place),
                       place.municipality(),
                       QualityName(place.quality()),
                       Decimal(place.margin_m(), 0),
                       place.correction().provenance(),
                       flags};
                 }},
      program));
}

void AddLayers(rpc::Commands* program, CommandList* list) {
  using List = ListCommand<pv::ProximityAnalysis, pv::ListLayersRequest,
                           pv::ListLayersResponse, pv::Layer>;
  list->push_back(std::make_unique<List>(
      List::Kind{
          "layers list",
          "Lists the standing rules.",
          &pv::ProximityAnalysis::Stub::ListLayers,
          &pv::ListLayersResponse::layers,
          {"LAYER", "NAME", "KINDS", "METRES", "STATE", "PROGRESS",
           "TO COME, OR REFUSED"},
          [](const pv::Layer& layer) {
            const bool coming = layer.state() == pv::LAYER_STATE_BUILDING;
            const std::string other =
                layer.has_pending()
                    ? absl::StrCat(Kinds(layer.pending()), " ",
                                   Decimal(layer.pending().radius_m(), 0), " m")
                    : "";
            return std::vector<std::string>{
                ShortName(layer.name()),
                layer.display_name(),
                Kinds(layer),
                Decimal(layer.radius_m(), 0),
                State(pv::LayerState_Name(layer.state()), "LAYER_STATE_"),
                coming ? Decimal(layer.progress() * 100, 0) + " %" : "",
                layer.problem().empty()
                    ? other
                    : absl::StrCat(other, ": ", layer.problem())};
          }},
      program));
}

void AddGaps(rpc::Commands* program, CommandList* list) {
  using List =
      ListCommand<iv::InterventionTracking, iv::ListCoverageGapsRequest,
                  iv::ListCoverageGapsResponse, iv::CoverageGap>;
  list->push_back(std::make_unique<List>(
      List::Kind{"gaps",
                 "Lists sites near a school where no measure is active, and "
                 "why.",
                 &iv::InterventionTracking::Stub::ListCoverageGaps,
                 &iv::ListCoverageGapsResponse::gaps,
                 {"SITE", "NAME", "KIND", "MUNICIPALITY", "NEAREST SCHOOL",
                  "METRES", "REASON"},
                 [](const iv::CoverageGap& gap) {
                   return std::vector<std::string>{
                       ShortName(gap.site()),
                       gap.site_display_name(),
                       State(iv::GapKind_Name(gap.kind()), "GAP_KIND_"),
                       gap.responsible_municipality(),
                       gap.nearest_place_display_name(),
                       Decimal(gap.nearest_distance_m()),
                       gap.reason()};
                 }},
      program));
}

void AddInterventions(rpc::Commands* program, CommandList* list) {
  using List =
      ListCommand<iv::InterventionTracking, iv::ListInterventionsRequest,
                  iv::ListInterventionsResponse, iv::Intervention>;
  list->push_back(std::make_unique<List>(
      List::Kind{
          "interventions",
          "Lists the interventions that you may see.",
          &iv::InterventionTracking::Stub::ListInterventions,
          &iv::ListInterventionsResponse::interventions,
          {"INTERVENTION", "TYPE", "STATE", "START", "END", "AGENCY", "SITES"},
          [](const iv::Intervention& i) {
            std::string sites;
            for (const std::string& site : i.sites()) {
              sites += (sites.empty() ? "" : " ") + ShortName(site);
            }
            return std::vector<std::string>{
                ShortName(i.name()),
                i.type(),
                State(iv::InterventionState_Name(i.state()),
                      "INTERVENTION_STATE_"),
                i.start_date(),
                i.end_date(),
                i.responsible_agency(),
                sites};
          }},
      program));
}

void AddDeliveries(rpc::Commands* program, CommandList* list) {
  using List = ListCommand<nv::AgencyNotifications, nv::ListDeliveriesRequest,
                           nv::ListDeliveriesResponse, nv::Delivery>;
  list->push_back(std::make_unique<List>(
      List::Kind{
          "deliveries",
          "Lists what was sent to whom, try by try.",
          &nv::AgencyNotifications::Stub::ListDeliveries,
          &nv::ListDeliveriesResponse::deliveries,
          {"DELIVERY", "EVENT", "SITE", "CONTACT", "STATE", "TRIES"},
          [](const nv::Delivery& d) {
            return std::vector<std::string>{
                ShortName(d.name()),
                State(nv::EventKind_Name(d.event().kind()), "EVENT_KIND_"),
                ShortName(d.event().site()),
                ShortName(d.contact()),
                State(nv::DeliveryState_Name(d.state()), "DELIVERY_STATE_"),
                std::to_string(d.attempts_size())};
          }},
      program));
}

}  // namespace

void AddListCommands(rpc::Commands* program, CommandList* list) {
  AddSites(program, list);
  AddExposures(program, list);
  AddPlaces(program, list);
  AddLayers(program, list);
  AddGaps(program, list);
  AddInterventions(program, list);
  AddDeliveries(program, list);
}

}  // namespace lagesbild::cli
