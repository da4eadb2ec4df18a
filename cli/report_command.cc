#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/report.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lagesbild/picture/v1/picture.grpc.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lib/api/time.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace kv = ::lagesbild::picture::v1;
namespace nv = ::lagesbild::notifications::v1;
namespace pv = ::lagesbild::proximity::v1;

class ReportCommand final : public Command {
 public:
  explicit ReportCommand(rpc::Commands* program)
      : flags_(
            "lagesbild report",
            "Prints the regional figures, each with its definition, its time "
            "and the call behind it.") {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    flags_.Add("as-of", "RFC 3339 time: as it was recorded then", &as_of_);
    flags_.Add("valid", "date: as it held on that day", &valid_);
    program->Add("report", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::StatusOr<kv::Picture> GetPicture(Client* client,
                                         const access::v1::AsOf& as_of) const {
    kv::GetPictureRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_name(), client->Parent());
    request.set_figures_only(true);
    *request.mutable_as_of() = as_of;
    const auto stub = kv::RegionalPicture::NewStub(client->channel());
    return client->Call(stub.get(), &kv::RegionalPicture::Stub::GetPicture,
                        request);
  }

  // The recorded time of everything that is printed. That of now is asked of
  // the gateway, which knows up to when everything is there.
  absl::StatusOr<std::string> RecordedTime(Client* client) const {
    if (!as_of_.empty()) return as_of_;
    LB_RETURN_IF_ERROR(client->CatchUp());
    LB_ASSIGN_OR_RETURN(const kv::Picture now, GetPicture(client, {}));
    return api::FormatTime(api::FromTimestamp(now.recorded_time()));
  }

  // The layer that the figures about nearness go by.
  absl::Status AddLayer(Client* client, ReportData* data) const {
    std::string name;
    for (const kv::Figure& figure : data->picture.figures()) {
      if (!figure.layer().empty()) name = figure.layer();
    }
    pv::ListLayersRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client->Parent());
    const auto stub = pv::ProximityAnalysis::NewStub(client->channel());
    LB_RETURN_IF_ERROR(
        client->ListAll(stub.get(), &pv::ProximityAnalysis::Stub::ListLayers,
                        request, [&](const pv::ListLayersResponse& page) {
                          for (const pv::Layer& layer : page.layers()) {
                            if (layer.name() == name) data->layer = layer;
                          }
                        }));
    if (!data->layer.name().empty()) return absl::OkStatus();
    return absl::InternalError(absl::StrCat("there is no layer '", name, "'"));
  }

  absl::Status AddGaps(Client* client, const access::v1::AsOf& as_of,
                       ReportData* data) const {
    for (const kv::Omission& omission : data->picture.omissions()) {
      if (omission.figures() == "gaps") data->gaps.unknown = omission.reason();
    }
    if (!data->gaps.unknown.empty()) return absl::OkStatus();
    iv::ListCoverageGapsRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client->Parent());
    *request.mutable_as_of() = as_of;
    const auto stub = iv::InterventionTracking::NewStub(client->channel());
    return client->ListAll(
        stub.get(), &iv::InterventionTracking::Stub::ListCoverageGaps, request,
        [data](const iv::ListCoverageGapsResponse& page) {
          data->gaps.gaps.insert(data->gaps.gaps.end(), page.gaps().begin(),
                                 page.gaps().end());
        });
  }

  absl::Status AddDeliveries(Client* client, const access::v1::AsOf& as_of,
                             ReportData* data) const {
    nv::ListDeliveriesRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client->Parent());
    request.set_page_size(1);
    request.mutable_as_of()->set_recorded_time(as_of.recorded_time());
    const auto stub = nv::AgencyNotifications::NewStub(client->channel());
    const auto page = client->Call(
        stub.get(), &nv::AgencyNotifications::Stub::ListDeliveries, request);
    if (absl::IsPermissionDenied(page.status())) {
      data->deliveries.unknown = "your role does not see the deliveries";
      return absl::OkStatus();
    }
    LB_RETURN_IF_ERROR(page.status());
    data->deliveries.delivered = page->delivered();
    data->deliveries.pending = page->pending();
    data->deliveries.dead = page->dead();
    return absl::OkStatus();
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    access::v1::AsOf as_of;
    LB_ASSIGN_OR_RETURN(*as_of.mutable_recorded_time(), RecordedTime(&client));
    as_of.set_valid_date(valid_);
    ReportData data;
    LB_ASSIGN_OR_RETURN(data.picture, GetPicture(&client, as_of));
    LB_RETURN_IF_ERROR(AddLayer(&client, &data));
    LB_RETURN_IF_ERROR(AddGaps(&client, as_of, &data));
    LB_RETURN_IF_ERROR(AddDeliveries(&client, as_of, &data));
    LB_ASSIGN_OR_RETURN(const std::string report,
                        format_.json() ? ReportJson(data) : ReportText(data));
    std::printf("%s\n", report.c_str());
    return absl::OkStatus();
  }

  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;
  std::string as_of_;
  std::string valid_;
};

}  // namespace

void AddReportCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<ReportCommand>(program));
}

}  // namespace lagesbild::cli
