#include "gateway/picture/picture_as_of.h"

#include <memory>

#include "gateway/picture/situations.h"
#include "lib/api/paging.h"
#include "lib/base/status.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/status.h"

namespace lagesbild::gateway {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace nv = ::lagesbild::notifications::v1;
namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;

// What every List call of the picture shares.
struct Asked {
  const std::string& parent;
  const access::v1::AsOf& as_of;
  const base::Clock& clock;
  absl::Duration deadline;  // on the monotonic clock
};

// Calls a List method until its last page; `take` gets each response.
template <typename Request, typename Response, typename Stub, typename Take>
absl::Status ListAll(const Asked& asked, Stub* stub,
                     grpc::Status (Stub::*list)(grpc::ClientContext*,
                                                const Request&, Response*),
                     Take take) {
  Request request;
  request.set_parent(asked.parent);
  request.set_page_size(api::kMaxPageSize);
  *request.mutable_as_of() = asked.as_of;
  do {
    grpc::ClientContext context;
    rpc::SetMember("gateway", asked.deadline - asked.clock.Monotonic(),
                   &context);
    Response response;
    LB_RETURN_IF_ERROR(
        rpc::FromGrpc((stub->*list)(&context, request, &response)));
    take(response);
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status FromRegistry(const Asked& asked,
                          const std::shared_ptr<grpc::Channel>& channel,
                          Situations* into, AreaNames* names) {
  const auto stub = rv::SiteRegistry::NewStub(channel);
  LB_RETURN_IF_ERROR(ListAll<rv::ListAreasRequest>(
      asked, stub.get(), &rv::SiteRegistry::Stub::ListAreas,
      [&](const rv::ListAreasResponse& page) {
        for (const rv::Area& area : page.areas()) {
          if (area.kind() != rv::AREA_KIND_MUNICIPALITY) continue;
          (*names)[area.code()] = area.display_name();
        }
      }));
  return ListAll<rv::ListSitesRequest>(
      asked, stub.get(), &rv::SiteRegistry::Stub::ListSites,
      [&](const rv::ListSitesResponse& page) {
        for (const rv::Site& site : page.sites()) into->Put(site);
      });
}

absl::Status FromProximity(const Asked& asked,
                           const std::shared_ptr<grpc::Channel>& channel,
                           Situations* into) {
  const auto stub = pv::ProximityAnalysis::NewStub(channel);
  return ListAll<pv::ListExposuresRequest>(
      asked, stub.get(), &pv::ProximityAnalysis::Stub::ListExposures,
      [&](const pv::ListExposuresResponse& page) {
        for (const pv::Exposure& e : page.exposures()) into->Put(e);
      });
}

absl::Status FromInterventions(const Asked& asked,
                               const std::shared_ptr<grpc::Channel>& channel,
                               Situations* into) {
  const auto stub = iv::InterventionTracking::NewStub(channel);
  LB_RETURN_IF_ERROR(ListAll<iv::ListInterventionsRequest>(
      asked, stub.get(), &iv::InterventionTracking::Stub::ListInterventions,
      [&](const iv::ListInterventionsResponse& page) {
        for (const auto& i : page.interventions()) into->Put(i);
      }));
  return ListAll<iv::ListCoverageGapsRequest>(
      asked, stub.get(), &iv::InterventionTracking::Stub::ListCoverageGaps,
      [&](const iv::ListCoverageGapsResponse& page) {
        for (const iv::CoverageGap& gap : page.gaps()) into->Put(gap);
      });
}

absl::Status FromNotifications(const Asked& asked,
                               const std::shared_ptr<grpc::Channel>& channel,
                               Situations* into) {
  const auto stub = nv::AgencyNotifications::NewStub(channel);
  return ListAll<nv::ListAlertsRequest>(
      asked, stub.get(), &nv::AgencyNotifications::Stub::ListAlerts,
      [&](const nv::ListAlertsResponse& page) {
        for (const nv::Alert& alert : page.alerts()) into->Put(alert);
      });
}

}  // namespace

absl::StatusOr<AssembledPicture> PictureAsOf(const Upstreams& upstreams,
                                             const std::string& parent,
                                             const access::v1::AsOf& as_of,
                                             const base::Clock& clock,
                                             absl::Duration budget) {
  const Asked asked{parent, as_of, clock, clock.Monotonic() + budget};
  Situations all;
  AssembledPicture picture;
  LB_RETURN_IF_ERROR(
      FromRegistry(asked, upstreams.registry, &all, &picture.area_names));
  LB_RETURN_IF_ERROR(FromProximity(asked, upstreams.proximity, &all));
  LB_RETURN_IF_ERROR(FromInterventions(asked, upstreams.interventions, &all));
  LB_RETURN_IF_ERROR(FromNotifications(asked, upstreams.notifications, &all));
  for (const std::string& site : all.SiteNames()) {
    picture.situations.push_back(
        std::make_shared<picture::v1::Situation>(*all.Find(site)));
  }
  return picture;
}

}  // namespace lagesbild::gateway
