#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lagesbild/picture/v1/picture.grpc.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace nv = ::lagesbild::notifications::v1;
namespace kv = ::lagesbild::picture::v1;
namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;
namespace wv = ::lagesbild::watch::v1;

const std::string& RecordName(const rv::SiteChange& c) {
  return c.site().name();
}
const std::string& RecordName(const pv::ExposureChange& c) {
  return c.exposure().name();
}
const std::string& RecordName(const iv::InterventionChange& c) {
  return c.intervention().name();
}
const std::string& RecordName(const iv::CoverageGapChange& c) {
  return c.gap().name();
}
const std::string& RecordName(const nv::AlertChange& c) {
  return c.alert().name();
}
const std::string& RecordName(const kv::SituationChange& c) {
  return c.situation().name();
}

class WatchCommand final : public Command {
 public:
  explicit WatchCommand(rpc::Commands* program)
      : flags_("lagesbild watch",
               "Prints what there is, then every change, until it is stopped. "
               "With --format json: one message a line, each with the cursor "
               "to go on from.") {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    flags_.Argument("WHAT",
                    "picture, sites, exposures, interventions, gaps or alerts",
                    &what_);
    flags_.Add("cursor", "go on after this message", &cursor_);
    flags_.Add("filter", "AIP-160; not for picture", &filter_);
    program->Add("watch", &flags_, [this] { return Report(Run()); });
  }

 private:
  template <typename Response>
  void Print(const Response& message) const {
    if (json_) {
      std::printf("%s\n", ToJson(message).c_str());
    } else {
      for (const auto& change : message.changes()) {
        std::printf("%s %s\n",
                    change.type() == wv::CHANGE_TYPE_REMOVED ? "-" : "+",
                    Printable(RecordName(change)).c_str());
      }
      if (message.header().kind() == wv::MESSAGE_KIND_SNAPSHOT_COMPLETE) {
        std::printf("-- that is all there is; now what changes\n");
      }
    }
    std::fflush(stdout);
  }

  template <typename Service, typename Request, typename Response>
  absl::Status Follow(Client* client, Request request,
                      std::unique_ptr<grpc::ClientReader<Response>> (
                          Service::Stub::*watch)(grpc::ClientContext*,
                                                 const Request&)) const {
    request.set_cursor(cursor_);
    if constexpr (requires { request.set_filter(filter_); }) {
      request.set_filter(filter_);
    }
    const auto stub = Service::NewStub(client->channel());
    grpc::ClientContext context;
    client->Prepare(absl::InfiniteDuration(), &context);
    const auto reader = (stub.get()->*watch)(&context, request);
    Response message;
    while (reader->Read(&message)) Print(message);
    return client->Took(context, reader->Finish());
  }

  template <typename Service, typename Request, typename Response>
  absl::Status FollowIn(Client* client, const std::string& parent,
                        std::unique_ptr<grpc::ClientReader<Response>> (
                            Service::Stub::*watch)(grpc::ClientContext*,
                                                   const Request&)) const {
    Request request;
    request.set_parent(parent);
    return Follow<Service>(client, std::move(request), watch);
  }

  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(const Format format, format_.Parse());
    json_ = format == Format::kJson;
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(const std::string parent, client.Parent());
    if (what_ == "picture") {
      kv::WatchPictureRequest request;
      request.set_name(parent);
      return Follow<kv::RegionalPicture>(
          &client, std::move(request),
          &kv::RegionalPicture::Stub::WatchPicture);
    }
    if (what_ == "sites") {
      return FollowIn<rv::SiteRegistry>(&client, parent,
                                        &rv::SiteRegistry::Stub::WatchSites);
    }
    if (what_ == "exposures") {
      return FollowIn<pv::ProximityAnalysis>(
          &client, parent, &pv::ProximityAnalysis::Stub::WatchExposures);
    }
    if (what_ == "interventions") {
      return FollowIn<iv::InterventionTracking>(
          &client, parent, &iv::InterventionTracking::Stub::WatchInterventions);
    }
    if (what_ == "gaps") {
      return FollowIn<iv::InterventionTracking>(
          &client, parent, &iv::InterventionTracking::Stub::WatchCoverageGaps);
    }
    if (what_ == "alerts") {
      return FollowIn<nv::AgencyNotifications>(
          &client, parent, &nv::AgencyNotifications::Stub::WatchAlerts);
    }
    return absl::InvalidArgumentError(
        absl::StrCat("'", Printable(what_), "' cannot be watched"));
  }

  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;
  std::string what_;
  std::string cursor_;
  std::string filter_;
  bool json_ = false;
};

}  // namespace

void AddWatchCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<WatchCommand>(program));
}

}  // namespace lagesbild::cli
