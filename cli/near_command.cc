#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/strip.h"
#include "cli/arguments.h"
#include "cli/question_command.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;
using Stub = pv::ProximityAnalysis::Stub;

std::string VerdictName(pv::Verdict verdict) {
  return std::string(absl::StripPrefix(pv::Verdict_Name(verdict), "VERDICT_"));
}

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

}  // namespace

void AddNearCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<NearCommand>(program));
}

}  // namespace lagesbild::cli
