#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/strip.h"
#include "cli/arguments.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/import_summary.h"
#include "cli/output.h"
#include "cli/request_id.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

class CorrectCommand final : public Command {
 public:
  explicit CorrectCommand(rpc::Commands* program)
      : flags_("lagesbild places correct",
               "Says where a place really is, whatever its register says now "
               "and later.") {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    request_id_.AddTo(&flags_);
    flags_.Argument("PLACE", "its id", &place_);
    flags_.Add("at", "LATITUDE,LONGITUDE", &at_);
    flags_.Add("provenance", "what it is known from: \"orthophoto 2025\"",
               &provenance_);
    flags_.Add("margin", "metres by which it may be off; 0: 5 m", &margin_);
    flags_.Add("note", "why", &note_);
    flags_.Add("withdraw", "take back the correction that stands", &withdraw_);
    program->Add("places correct", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::StatusOr<pv::CorrectPlaceRequest> Read() {
    if (withdraw_ == !at_.empty()) {
      return absl::InvalidArgumentError("one of --at and --withdraw is needed");
    }
    pv::CorrectPlaceRequest request;
    request.set_request_id(request_id_.value());
    if (withdraw_) return request;
    pv::PlaceCorrection* correction = request.mutable_correction();
    LB_ASSIGN_OR_RETURN(*correction->mutable_position(), ParsePoint(at_));
    correction->set_margin_m(margin_);
    correction->set_provenance(provenance_);
    correction->set_note(note_);
    return request;
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(pv::CorrectPlaceRequest request, Read());
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(const std::string parent, client.Parent());
    request.set_name(FullName(parent, "places", place_));
    const auto stub = pv::ProximityAnalysis::NewStub(client.channel());
    const auto place = client.Call(
        stub.get(), &pv::ProximityAnalysis::Stub::CorrectPlace, request);
    if (!place.ok()) return request_id_.Explained(place.status());
    std::fputs(PlaceWarnings(*place).c_str(), stderr);
    if (format_.json()) {
      std::printf("%s\n", ToJson(*place).c_str());
    } else {
      Print(*place);
    }
    return absl::OkStatus();
  }

  static void Print(const pv::Place& place) {
    const std::string quality(absl::StripPrefix(
        pv::PositionQuality_Name(place.quality()), "POSITION_QUALITY_"));
    std::printf("%s  %s  %.6f,%.6f  %s, %s m\n",
                ShortName(place.name()).c_str(),
                Printable(place.display_name()).c_str(),
                place.position().latitude(), place.position().longitude(),
                quality.c_str(), Decimal(place.margin_m(), 0).c_str());
  }

  ClientFlags client_;
  FormatFlag format_;
  RequestIdFlag request_id_;
  rpc::Flags flags_;
  std::string place_;
  std::string at_;
  std::string provenance_;
  double margin_ = 0;
  std::string note_;
  bool withdraw_ = false;
};

}  // namespace

void AddPlaceCommands(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<CorrectCommand>(program));
}

}  // namespace lagesbild::cli
