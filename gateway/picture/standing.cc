#include "gateway/picture/standing.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/access/caller.h"
#include "lib/base/mutex.h"
#include "lib/base/status.h"

namespace lagesbild::gateway {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace nv = ::lagesbild::notifications::v1;
namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;

constexpr int kServices = 4;

// Every answer to a read says in its trailers how far the service is.
absl::StatusOr<access::v1::Position> PositionIn(
    const std::string& service, const grpc::ClientContext& context,
    const grpc::Status& status) {
  if (!status.ok()) return ServiceError(service, status);
  LB_ASSIGN_OR_RETURN(
      const access::v1::ConsistencyToken token,
      access::DecodeConsistencyToken(rpc::ConsistencyTokenOf(context)));
  for (const access::v1::Position& position : token.positions()) {
    if (position.service() == service) return position;
  }
  return absl::InternalError(
      absl::StrCat(service, " does not say how far it is"));
}

// Four answers, in any order.
class Standing {
 public:
  using Done =
      std::function<void(absl::StatusOr<access::v1::ConsistencyToken>)>;
  explicit Standing(Done done) : done_(std::move(done)) {}

  void Take(const absl::StatusOr<access::v1::Position>& position) {
    {
      base::MutexLock lock(&mutex_);
      if (position.ok()) {
        *token_.add_positions() = *position;
      } else if (failed_.ok()) {
        failed_ = position.status();
      }
      if (++answers_ < kServices) return;
    }
    Finish();
  }

 private:
  // Nobody else comes any more.
  void Finish() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (!failed_.ok()) return done_(failed_);
    done_(token_);
  }

  const Done done_;
  base::Mutex mutex_;
  int answers_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failed_ ABSL_GUARDED_BY(mutex_);
  access::v1::ConsistencyToken token_ ABSL_GUARDED_BY(mutex_);
};

// One call, with all that must live as long.
template <typename Stub, typename Request, typename Response>
struct Asked {
  std::shared_ptr<Standing> standing;
  std::string service;
  std::unique_ptr<Stub> stub;
  std::unique_ptr<grpc::ClientContext> context;
  Request request;
  Response response;
};

template <typename Request, typename Response, typename Stub, typename Method>
void Ask(const std::shared_ptr<Standing>& standing, const Inquiry& inquiry,
         absl::string_view service, std::unique_ptr<Stub> stub, Method method) {
  auto asked = std::make_shared<Asked<Stub, Request, Response>>();
  asked->standing = standing;
  asked->service = std::string(service);
  asked->stub = std::move(stub);
  asked->context = inquiry.Context();
  asked->request.set_parent(inquiry.parent);
  asked->request.set_page_size(1);
  method(asked->stub->async(), asked->context.get(), &asked->request,
         &asked->response, [asked](const grpc::Status& status) {
           asked->standing->Take(
               PositionIn(asked->service, *asked->context, status));
         });
}

}  // namespace

// Of each service the read that costs it least.
void AskStanding(
    const Upstreams& upstreams, const Inquiry& inquiry,
    std::function<void(absl::StatusOr<access::v1::ConsistencyToken>)> done) {
  const auto standing = std::make_shared<Standing>(std::move(done));
  Ask<rv::ListAreasRequest, rv::ListAreasResponse>(
      standing, inquiry, "registry",
      rv::SiteRegistry::NewStub(upstreams.registry),
      [](auto* stub, auto... call) { stub->ListAreas(call...); });
  Ask<pv::ListLayersRequest, pv::ListLayersResponse>(
      standing, inquiry, "proximity",
      pv::ProximityAnalysis::NewStub(upstreams.proximity),
      [](auto* stub, auto... call) { stub->ListLayers(call...); });
  Ask<iv::ListInterventionsRequest, iv::ListInterventionsResponse>(
      standing, inquiry, "interventions",
      iv::InterventionTracking::NewStub(upstreams.interventions),
      [](auto* stub, auto... call) { stub->ListInterventions(call...); });
  Ask<nv::ListAlertsRequest, nv::ListAlertsResponse>(
      standing, inquiry, "notifications",
      nv::AgencyNotifications::NewStub(upstreams.notifications),
      [](auto* stub, auto... call) { stub->ListAlerts(call...); });
}

}  // namespace lagesbild::gateway
