#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/arguments.h"
#include "cli/question_command.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;
using Stub = pv::ProximityAnalysis::Stub;

// An id for a name; a label of somebody's own stays.
std::string Shown(const std::string& name) {
  return Printable(absl::StartsWith(name, "regions/") ? ShortName(name) : name);
}

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
    std::printf("%s\nas recorded %s (revision %lld)\n", found.query().c_str(),
                found.recorded_time().c_str(),
                static_cast<long long>(found.revision()));
  }

  std::vector<std::string> radii_;
  std::vector<std::string> kinds_;
  std::vector<std::string> places_;
  std::vector<std::string> sites_;
  std::vector<std::string> states_;
  bool centre_ = false;
};

}  // namespace

void AddWhatIfCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<WhatIfCommand>(program));
}

}  // namespace lagesbild::cli
