#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/report.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lagesbild/picture/v1/picture.grpc.pb.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace kv = ::lagesbild::picture::v1;
namespace nv = ::lagesbild::notifications::v1;

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
  absl::StatusOr<kv::Picture> GetPicture(Client* client) const {
    kv::GetPictureRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_name(), client->Parent());
    request.set_figures_only(true);
    request.mutable_as_of()->set_recorded_time(as_of_);
    request.mutable_as_of()->set_valid_date(valid_);
    const auto stub = kv::RegionalPicture::NewStub(client->channel());
    return client->Call(stub.get(), &kv::RegionalPicture::Stub::GetPicture,
                        request);
  }

  absl::Status AddGaps(Client* client, ReportData* data) const {
    iv::ListCoverageGapsRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client->Parent());
    request.mutable_as_of()->set_recorded_time(as_of_);
    request.mutable_as_of()->set_valid_date(valid_);
    const auto stub = iv::InterventionTracking::NewStub(client->channel());
    return client->ListAll(
        stub.get(), &iv::InterventionTracking::Stub::ListCoverageGaps, request,
        [data](const iv::ListCoverageGapsResponse& page) {
          data->gaps.insert(data->gaps.end(), page.gaps().begin(),
                            page.gaps().end());
        });
  }

  absl::Status AddDeliveries(Client* client, ReportData* data) const {
    nv::ListDeliveriesRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client->Parent());
    request.set_page_size(1);
    request.mutable_as_of()->set_recorded_time(as_of_);
    const auto stub = nv::AgencyNotifications::NewStub(client->channel());
    const auto page = client->Call(
        stub.get(), &nv::AgencyNotifications::Stub::ListDeliveries, request);
    data->deliveries_known = !absl::IsPermissionDenied(page.status());
    if (!data->deliveries_known) return absl::OkStatus();
    LB_RETURN_IF_ERROR(page.status());
    data->delivered = page->delivered();
    data->pending = page->pending();
    data->dead = page->dead();
    return absl::OkStatus();
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(const Format format, format_.Parse());
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_RETURN_IF_ERROR(client.CatchUp());
    ReportData data;
    LB_ASSIGN_OR_RETURN(data.picture, GetPicture(&client));
    LB_RETURN_IF_ERROR(AddGaps(&client, &data));
    LB_RETURN_IF_ERROR(AddDeliveries(&client, &data));
    std::printf("%s\n",
                (format == Format::kJson ? ReportJson(data) : ReportText(data))
                    .c_str());
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
