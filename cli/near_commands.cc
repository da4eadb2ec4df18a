#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/arguments.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;
using Stub = pv::ProximityAnalysis::Stub;

std::string VerdictName(pv::Verdict verdict) {
  return std::string(absl::StripPrefix(pv::Verdict_Name(verdict), "VERDICT_"));
}

// An id for a name; a label of somebody's own stays.
std::string Shown(const std::string& name) {
  return Printable(absl::StartsWith(name, "regions/") ? ShortName(name) : name);
}

// What the questions have in common.
class QuestionCommand : public Command {
 protected:
  QuestionCommand(const std::string& verb, std::string purpose)
      : flags_("lagesbild " + verb, std::move(purpose)) {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    flags_.Add("as-of", "RFC 3339 time: as it was recorded then", &as_of_);
    flags_.Add("valid", "date: as it held on that day", &valid_);
  }

  // Connected, caught up, and with the request's parent and version set.
  template <typename Request>
  absl::StatusOr<Client> Begin(Request* request) {
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_RETURN_IF_ERROR(client.CatchUp());
    LB_ASSIGN_OR_RETURN(*request->mutable_parent(), client.Parent());
    request->mutable_as_of()->set_recorded_time(as_of_);
    request->mutable_as_of()->set_valid_date(valid_);
    return client;
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(
      Client* client,
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request) {
    const auto stub = pv::ProximityAnalysis::NewStub(client->channel());
    return client->Call(stub.get(), method, request);
  }

  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;

 private:
  std::string as_of_;
  std::string valid_;
};

class NearCommand final : public QuestionCommand {
 public:
  explicit NearCommand(rpc::Commands* program)
      : QuestionCommand("near",
                        "Lists places near a site or point, or sites near a "
                        "place or point, the nearest first.") {
    flags_.Add("site", "a site's id: places near it", &site_);
    flags_.Add("place", "a place's id: sites near it", &place_);
    flags_.Add("at", "LATITUDE,LONGITUDE[,RADIUS]: places near it", &at_);
    flags_.Add("sites", "with --at: sites, not places", &sites_);
    flags_.Add("radius", "metres, at most 10,000", &radius_);
    flags_.Add("kind", "of places, primary-school; may be given several times",
               &kinds_);
    program->Add("near", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::Status Run() {
    const int given = !site_.empty() + !place_.empty() + !at_.empty();
    if (given != 1) {
      return absl::InvalidArgumentError(
          "one of --site, --place and --at is needed");
    }
    if (sites_ && at_.empty()) {
      return absl::InvalidArgumentError("--sites goes with --at");
    }
    if (place_.empty() && !sites_) return FindPlaces();
    if (!kinds_.empty()) {
      return absl::InvalidArgumentError("--kind is about places, not sites");
    }
    return FindSites();
  }

  absl::Status FindPlaces() {
    pv::FindPlacesNearRequest request;
    request.set_radius_m(radius_);
    LB_RETURN_IF_ERROR(AddAll(kinds_, ParseKind, request.mutable_kinds()));
    if (!at_.empty()) {
      LB_ASSIGN_OR_RETURN(*request.mutable_geometry(), ParseCircle(at_));
    }
    LB_ASSIGN_OR_RETURN(Client client, Begin(&request));
    if (at_.empty()) {
      request.set_site(FullName(request.parent(), "sites", site_));
    }
    const auto stub = pv::ProximityAnalysis::NewStub(client.channel());
    Table table({"PLACE", "NAME", "METRES", "MARGIN", "VERDICT"});
    int count = 0;
    LB_RETURN_IF_ERROR(
        client.ListAll(stub.get(), &Stub::FindPlacesNear, request,
                       [&](const pv::FindPlacesNearResponse& page) {
                         for (const auto& near : page.places())
                           Take(near, &table, &count);
                       }));
    return Finish(table, count, "places");
  }

  void Take(const pv::NearbyPlace& near, Table* table, int* count) const {
    ++*count;
    if (format_.json()) {
      std::printf("%s\n", ToJson(near).c_str());
      return;
    }
    table->Add({ShortName(near.place().name()), near.place().display_name(),
                Decimal(near.distance_m()), Decimal(near.place().margin_m(), 0),
                VerdictName(near.verdict())});
  }

  absl::Status FindSites() {
    pv::FindSitesNearRequest request;
    request.set_radius_m(radius_);
    if (!at_.empty()) {
      LB_ASSIGN_OR_RETURN(*request.mutable_geometry(), ParseCircle(at_));
    }
    LB_ASSIGN_OR_RETURN(Client client, Begin(&request));
    if (at_.empty()) {
      request.set_place(FullName(request.parent(), "places", place_));
    }
    const auto stub = pv::ProximityAnalysis::NewStub(client.channel());
    Table table({"SITE", "STATE", "MUNICIPALITY", "METRES"});
    int count = 0;
    LB_RETURN_IF_ERROR(
        client.ListAll(stub.get(), &Stub::FindSitesNear, request,
                       [&](const pv::FindSitesNearResponse& page) {
                         for (const auto& near : page.sites())
                           Take(near, &table, &count);
                       }));
    return Finish(table, count, "sites");
  }

  void Take(const pv::NearbySite& near, Table* table, int* count) const {
    ++*count;
    if (format_.json()) {
      std::printf("%s\n", ToJson(near).c_str());
      return;
    }
    const std::string state(
        absl::StripPrefix(rv::SiteState_Name(near.state()), "SITE_STATE_"));
    table->Add({ShortName(near.site()), state, near.municipality(),
                Decimal(near.distance_m())});
  }

  absl::Status Finish(const Table& table, int count, const char* what) const {
    if (format_.json()) return absl::OkStatus();
    if (!table.empty()) table.Print(stdout);
    std::printf("%d %s within %s m\n", count, what,
                Decimal(radius_, 0).c_str());
    return absl::OkStatus();
  }

  std::string site_;
  std::string place_;
  std::string at_;
  bool sites_ = false;
  double radius_ = 500;
  std::vector<std::string> kinds_;
};

class WhatIfCommand final : public QuestionCommand {
 public:
  explicit WhatIfCommand(rpc::Commands* program)
      : QuestionCommand("whatif",
                        "How many sites would have a place near at other "
                        "radii, and with sites or places that there are not.") {
    flags_.Add("radius",
               "metres; may be given several times; none: 100 to 1000",
               &radii_);
    flags_.Add("kind", "of places; none: primary-school", &kinds_);
    flags_.Add("with-place", "LABEL=LATITUDE,LONGITUDE that there is not",
               &places_);
    flags_.Add("with-site",
               "LABEL=LATITUDE,LONGITUDE[,RADIUS] that there is "
               "not",
               &sites_);
    flags_.Add("state", "of sites; none: those that count as open", &states_);
    flags_.Add("centre", "measured from the site's centre, not its edge",
               &centre_);
    program->Add("whatif", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::StatusOr<pv::AnalyzeWhatIfRequest> Read() const {
    pv::AnalyzeWhatIfRequest request;
    for (const std::string& radius : radii_) {
      double meters = 0;
      if (!absl::SimpleAtod(radius, &meters)) {
        return absl::InvalidArgumentError(
            absl::StrCat("--radius: '", radius, "' is no number"));
      }
      request.add_radii_m(meters);
    }
    LB_RETURN_IF_ERROR(AddAll(kinds_, ParseKind, request.mutable_kinds()));
    LB_RETURN_IF_ERROR(AddAll(states_, ParseState, request.mutable_states()));
    request.set_measure(centre_ ? pv::MEASURE_CENTER : pv::MEASURE_EDGE);
    LB_RETURN_IF_ERROR(ReadHypotheticals(&request));
    return request;
  }

  absl::Status ReadHypotheticals(pv::AnalyzeWhatIfRequest* request) const {
    for (const std::string& text : places_) {
      LB_ASSIGN_OR_RETURN(const Labelled labelled, ParseLabelled(text));
      pv::HypotheticalPlace* place = request->add_places();
      place->set_label(labelled.label);
      LB_ASSIGN_OR_RETURN(*place->mutable_position(),
                          ParsePoint(labelled.rest));
    }
    for (const std::string& text : sites_) {
      LB_ASSIGN_OR_RETURN(const Labelled labelled, ParseLabelled(text));
      pv::HypotheticalSite* site = request->add_sites();
      site->set_label(labelled.label);
      LB_ASSIGN_OR_RETURN(*site->mutable_geometry(),
                          ParseCircle(labelled.rest));
    }
    return absl::OkStatus();
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(pv::AnalyzeWhatIfRequest request, Read());
    LB_ASSIGN_OR_RETURN(Client client, Begin(&request));
    LB_ASSIGN_OR_RETURN(const pv::AnalyzeWhatIfResponse found,
                        Ask(&client, &Stub::AnalyzeWhatIf, request));
    if (format_.json()) {
      std::printf("%s\n", ToJson(found).c_str());
    } else {
      Print(found);
    }
    return absl::OkStatus();
  }

  void Print(const pv::AnalyzeWhatIfResponse& found) const {
    const bool hypothetical = !places_.empty() || !sites_.empty();
    std::vector<std::string> header{"METRES", "SITES", "PAIRS", "PLACES"};
    if (hypothetical) {
      header.insert(header.end(), {"SITES THEN", "PAIRS THEN", "PLACES THEN"});
    }
    Table table(header);
    for (const pv::WhatIfStep& step : found.steps()) {
      std::vector<std::string> row{
          Decimal(step.radius_m(), 0), std::to_string(step.sites()),
          std::to_string(step.pairs()), std::to_string(step.places())};
      if (hypothetical) {
        row.insert(row.end(), {std::to_string(step.sites_then()),
                               std::to_string(step.pairs_then()),
                               std::to_string(step.places_then())});
      }
      table.Add(row);
    }
    table.Print(stdout);
    std::printf("of %d sites and %d places\n", found.sites(), found.places());
    for (const pv::WhatIfPair& pair : found.pairs()) {
      std::printf("  %s  %s  %s m\n", Shown(pair.site()).c_str(),
                  Shown(pair.place()).c_str(),
                  Decimal(pair.distance_m()).c_str());
    }
    if (found.pairs_cut()) std::printf("  and more\n");
  }

  std::vector<std::string> radii_;
  std::vector<std::string> kinds_;
  std::vector<std::string> places_;
  std::vector<std::string> sites_;
  std::vector<std::string> states_;
  bool centre_ = false;
};

class SummaryCommand final : public QuestionCommand {
 public:
  explicit SummaryCommand(rpc::Commands* program)
      : QuestionCommand("summary",
                        "How many sites have a place of a layer within its "
                        "radius, and of how many.") {
    flags_.Add("layer", "a layer's id; none: primary schools, 500 m", &layer_);
    flags_.Add("by", "municipality, district or police-area", &by_);
    flags_.Add("state", "of sites; none: those that count as open", &states_);
    flags_.Add("verdict", "definite or possible: a place counts that is so",
               &verdicts_);
    flags_.Add("centre", "measured from the site's centre, not its edge",
               &centre_);
    program->Add("summary", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::Status ReadGrouping(pv::SummarizeExposureRequest* request) const {
    if (by_.empty()) return absl::OkStatus();
    if (by_ == "municipality") {
      request->set_group_by(pv::EXPOSURE_GROUPING_MUNICIPALITY);
    } else if (by_ == "district") {
      request->set_group_by(pv::EXPOSURE_GROUPING_DISTRICT);
    } else if (by_ == "police-area") {
      request->set_group_by(pv::EXPOSURE_GROUPING_POLICE_AREA);
    } else {
      return absl::InvalidArgumentError(absl::StrCat(
          "--by: '", by_, "' is none of municipality, district, police-area"));
    }
    return absl::OkStatus();
  }

  absl::Status Run() {
    pv::SummarizeExposureRequest request;
    LB_RETURN_IF_ERROR(ReadGrouping(&request));
    LB_RETURN_IF_ERROR(AddAll(states_, ParseState, request.mutable_states()));
    LB_RETURN_IF_ERROR(
        AddAll(verdicts_, ParseVerdict, request.mutable_verdicts()));
    request.set_measure(centre_ ? pv::MEASURE_CENTER : pv::MEASURE_EDGE);
    LB_ASSIGN_OR_RETURN(Client client, Begin(&request));
    if (!layer_.empty()) {
      request.set_layer(FullName(request.parent(), "layers", layer_));
    }
    LB_ASSIGN_OR_RETURN(const pv::SummarizeExposureResponse found,
                        Ask(&client, &Stub::SummarizeExposure, request));
    if (format_.json()) {
      std::printf("%s\n", ToJson(found).c_str());
    } else {
      Print(found);
    }
    return absl::OkStatus();
  }

  static void AddRow(const std::string& area, const pv::ExposureSummary& row,
                     Table* table) {
    table->Add(
        {area, std::to_string(row.sites()), std::to_string(row.sites_exposed()),
         std::to_string(row.sites_definite()),
         std::to_string(row.sites_possible()), std::to_string(row.pairs()),
         std::to_string(row.units()), std::to_string(row.buildings())});
  }

  static void Print(const pv::SummarizeExposureResponse& found) {
    Table table({"AREA", "SITES", "EXPOSED", "DEFINITE", "POSSIBLE", "PAIRS",
                 "UNITS", "BUILDINGS"});
    for (const pv::ExposureSummary& group : found.groups()) {
      AddRow(group.area().empty() ? "(none)" : group.area(), group, &table);
    }
    AddRow("all", found.total(), &table);
    table.Print(stdout);
    std::printf("%s: %s\nas recorded %s (revision %lld)\n",
                ShortName(found.layer().name()).c_str(), found.query().c_str(),
                found.recorded_time().c_str(),
                static_cast<long long>(found.revision()));
  }

  std::string layer_;
  std::string by_;
  std::vector<std::string> states_;
  std::vector<std::string> verdicts_;
  bool centre_ = false;
};

}  // namespace

void AddNearCommands(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<NearCommand>(program));
  list->push_back(std::make_unique<WhatIfCommand>(program));
  list->push_back(std::make_unique<SummaryCommand>(program));
}

}  // namespace lagesbild::cli
