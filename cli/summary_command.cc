#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/arguments.h"
#include "cli/question_command.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;
using Stub = pv::ProximityAnalysis::Stub;

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

  // Without it a figure of an earlier day would look surer than it is.
  static void PrintUndated(const pv::ExposureSummary& total) {
    if (total.units_undated() == 0) return;
    std::printf(
        "%d of the %d units have no first day in their register: they count as "
        "if they had always been there\n",
        total.units_undated(), total.units());
  }

  static void Print(const pv::SummarizeExposureResponse& found) {
    Table table({"AREA", "SITES", "EXPOSED", "DEFINITE", "POSSIBLE", "PAIRS",
                 "UNITS", "BUILDINGS"});
    for (const pv::ExposureSummary& group : found.groups()) {
      AddRow(group.area().empty() ? "(none)" : group.area(), group, &table);
    }
    AddRow("all", found.total(), &table);
    table.Print(stdout);
    std::printf(
        "DEFINITE, POSSIBLE: sites by their surest place, within the radius or "
        "beyond it as far as its margin tells\n");
    PrintUndated(found.total());
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

void AddSummaryCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<SummaryCommand>(program));
}

}  // namespace lagesbild::cli
