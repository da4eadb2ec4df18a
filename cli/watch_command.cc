#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/watch_lines.h"
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

// The pause before a broken stream is opened again; doubles while nothing
// comes.
constexpr absl::Duration kMinPause = absl::Milliseconds(200);
constexpr absl::Duration kMaxPause = absl::Seconds(10);

constexpr char kWhat[] =
    "picture, sites, places, layers, exposures, interventions, gaps or alerts";

// How one stream ended, and the cursor of the last message it brought.
struct Streamed {
  absl::Status status;
  std::string cursor;
};

class WatchCommand final : public Command {
 public:
  explicit WatchCommand(rpc::Commands* program)
      : flags_("lagesbild watch",
               "Prints what there is, then every change, until it is stopped: "
               "a broken stream goes on where it was. With --format json: one "
               "message a line, each with the cursor to go on from.") {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    flags_.Argument("WHAT", kWhat, &what_);
    flags_.Add("cursor", "go on after this message", &cursor_);
    flags_.Add("filter", "AIP-160; not for picture", &filter_);
    flags_.Add(
        "steady",
        "exposures: distances that change by less than a metre are no news",
        &steady_);
    program->Add("watch", &flags_, [this] { return Report(Run()); });
  }

 private:
  template <typename Service, typename Request, typename Response>
  using WatchMethod = std::unique_ptr<grpc::ClientReader<Response>> (
      Service::Stub::*)(grpc::ClientContext*, const Request&);

  template <typename Response>
  void Print(const Response& message) const {
    if (format_.json()) {
      std::printf("%s\n", ToJson(message).c_str());
    } else {
      for (const auto& change : message.changes()) {
        std::printf("%s\n", WatchLine(message.header(), change).c_str());
      }
      if (message.header().kind() == wv::MESSAGE_KIND_SNAPSHOT_COMPLETE) {
        std::printf("-- that is all there is; now what changes\n");
      }
    }
    std::fflush(stdout);
  }

  // `patient`: waits for a gateway that is away. That is no matter of taste: a
  // channel connects by the thread that waits for it.
  template <typename Service, typename Request, typename Response>
  Streamed Stream(Client* client, typename Service::Stub* stub,
                  WatchMethod<Service, Request, Response> watch,
                  const Request& request, bool patient) const {
    grpc::ClientContext context;
    client->Prepare(absl::InfiniteDuration(), &context);
    context.set_wait_for_ready(patient);
    const auto reader = (stub->*watch)(&context, request);
    Streamed streamed;
    Response message;
    while (reader->Read(&message)) {
      Print(message);
      if (!message.header().cursor().empty()) {
        streamed.cursor = message.header().cursor();
      }
    }
    streamed.status = client->Took(context, reader->Finish());
    return streamed;
  }

  // Until it is stopped, or refused.
  template <typename Service, typename Request, typename Response>
  absl::Status Follow(Client* client, Request request,
                      WatchMethod<Service, Request, Response> watch) const {
    request.set_cursor(cursor_);
    const auto stub = Service::NewStub(client->channel());
    absl::Duration pause = kMinPause;
    bool heard = false;
    for (;;) {
      const Streamed last =
          Stream<Service>(client, stub.get(), watch, request, heard);
      heard |= !last.cursor.empty();
      if (!heard || !absl::IsUnavailable(last.status)) return last.status;
      if (last.cursor.empty()) {
        pause = std::min(pause * 2, kMaxPause);
      } else {
        pause = kMinPause;
        request.set_cursor(last.cursor);
        std::fprintf(stderr, "-- %s; going on from the last message\n",
                     Printable(last.status.message()).c_str());
      }
      absl::SleepFor(pause);
    }
  }

  template <typename Service, typename Request, typename Response>
  absl::Status FollowIn(Client* client, const std::string& parent,
                        WatchMethod<Service, Request, Response> watch) const {
    Request request;
    request.set_parent(parent);
    request.set_filter(filter_);
    return Follow<Service>(client, std::move(request), watch);
  }

  absl::Status FollowExposures(Client* client,
                               const std::string& parent) const {
    pv::WatchExposuresRequest request;
    request.set_parent(parent);
    request.set_filter(filter_);
    request.set_steady(steady_);
    return Follow<pv::ProximityAnalysis>(
        client, std::move(request),
        &pv::ProximityAnalysis::Stub::WatchExposures);
  }

  absl::Status FollowPicture(Client* client, const std::string& parent) const {
    kv::WatchPictureRequest request;
    request.set_name(parent);
    return Follow<kv::RegionalPicture>(
        client, std::move(request), &kv::RegionalPicture::Stub::WatchPicture);
  }

  absl::Status FollowWhat(Client* client, const std::string& parent) const {
    if (what_ == "picture") return FollowPicture(client, parent);
    if (what_ == "sites") {
      return FollowIn<rv::SiteRegistry>(client, parent,
                                        &rv::SiteRegistry::Stub::WatchSites);
    }
    if (what_ == "places") {
      return FollowIn<pv::ProximityAnalysis>(
          client, parent, &pv::ProximityAnalysis::Stub::WatchPlaces);
    }
    if (what_ == "layers") {
      return FollowIn<pv::ProximityAnalysis>(
          client, parent, &pv::ProximityAnalysis::Stub::WatchLayers);
    }
    if (what_ == "exposures") return FollowExposures(client, parent);
    if (what_ == "interventions") {
      return FollowIn<iv::InterventionTracking>(
          client, parent, &iv::InterventionTracking::Stub::WatchInterventions);
    }
    if (what_ == "gaps") {
      return FollowIn<iv::InterventionTracking>(
          client, parent, &iv::InterventionTracking::Stub::WatchCoverageGaps);
    }
    if (what_ == "alerts") {
      return FollowIn<nv::AgencyNotifications>(
          client, parent, &nv::AgencyNotifications::Stub::WatchAlerts);
    }
    return absl::InvalidArgumentError(
        absl::StrCat("'", Printable(what_), "' is none of ", kWhat));
  }

  absl::Status Run() {
    if (what_ == "picture" && !filter_.empty()) {
      return absl::InvalidArgumentError(
          "--filter: the picture is watched as a whole");
    }
    if (steady_ && what_ != "exposures") {
      return absl::InvalidArgumentError(
          "--steady: exposures alone have distances");
    }
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(const std::string parent, client.Parent());
    return FollowWhat(&client, parent);
  }

  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;
  std::string what_;
  std::string cursor_;
  std::string filter_;
  bool steady_ = false;
};

}  // namespace

void AddWatchCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<WatchCommand>(program));
}

}  // namespace lagesbild::cli
