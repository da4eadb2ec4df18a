#include "gateway/picture/picture_as_of.h"

#include <memory>
#include <utility>

#include "gateway/picture/situations.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"

namespace lagesbild::gateway {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace nv = ::lagesbild::notifications::v1;
namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;

// One picture while it is put together. Each step calls the next one's method
// when its last page has come, so the steps never run at the same time. Kept
// alive by the step that is under way.
class Assembly final : public std::enable_shared_from_this<Assembly> {
 public:
  using Done = std::function<void(absl::StatusOr<AssembledPicture>)>;

  Assembly(Inquiry inquiry, const access::v1::AsOf& as_of, Done done)
      : inquiry_(std::move(inquiry)), as_of_(as_of), done_(std::move(done)) {}

  void Start(const Upstreams& upstreams) {
    registry_ = rv::SiteRegistry::NewStub(upstreams.registry);
    proximity_ = pv::ProximityAnalysis::NewStub(upstreams.proximity);
    interventions_ = iv::InterventionTracking::NewStub(upstreams.interventions);
    notifications_ = nv::AgencyNotifications::NewStub(upstreams.notifications);
    ListAreas();
  }

 private:
  using Step = void (Assembly::*)();

  // Goes on with `next` when all is well.
  std::function<void(absl::Status)> Then(Step next) {
    return [self = shared_from_this(), next](const absl::Status& status) {
      if (!status.ok()) return self->done_(status);
      ((*self).*next)();
    };
  }

  void ListAreas() {
    Listing<rv::ListAreasRequest, rv::ListAreasResponse>::Start(
        inquiry_, "registry", as_of_,
        [this](auto* context, auto* request, auto* response, auto done) {
          registry_->async()->ListAreas(context, request, response, done);
        },
        [this](const rv::ListAreasResponse& page) {
          for (const rv::Area& area : page.areas()) {
            if (area.kind() != rv::AREA_KIND_MUNICIPALITY) continue;
            picture_.area_names[area.code()] = area.display_name();
          }
        },
        Then(&Assembly::ListSites));
  }

  void ListSites() {
    Listing<rv::ListSitesRequest, rv::ListSitesResponse>::Start(
        inquiry_, "registry", as_of_,
        [this](auto* context, auto* request, auto* response, auto done) {
          registry_->async()->ListSites(context, request, response, done);
        },
        [this](const rv::ListSitesResponse& page) {
          for (const rv::Site& site : page.sites()) all_.Put(site);
        },
        Then(&Assembly::ListExposures));
  }

  void ListExposures() {
    Listing<pv::ListExposuresRequest, pv::ListExposuresResponse>::Start(
        inquiry_, "proximity", as_of_,
        [this](auto* context, auto* request, auto* response, auto done) {
          proximity_->async()->ListExposures(context, request, response, done);
        },
        [this](const pv::ListExposuresResponse& page) {
          for (const pv::Exposure& e : page.exposures()) all_.Put(e);
        },
        Then(&Assembly::ListInterventions));
  }

  void ListInterventions() {
    Listing<iv::ListInterventionsRequest, iv::ListInterventionsResponse>::Start(
        inquiry_, "interventions", as_of_,
        [this](auto* context, auto* request, auto* response, auto done) {
          interventions_->async()->ListInterventions(context, request, response,
                                                     done);
        },
        [this](const iv::ListInterventionsResponse& page) {
          for (const auto& i : page.interventions()) all_.Put(i);
        },
        Then(&Assembly::ListGaps));
  }

  void ListGaps() {
    Listing<iv::ListCoverageGapsRequest, iv::ListCoverageGapsResponse>::Start(
        inquiry_, "interventions", as_of_,
        [this](auto* context, auto* request, auto* response, auto done) {
          interventions_->async()->ListCoverageGaps(context, request, response,
                                                    done);
        },
        [this](const iv::ListCoverageGapsResponse& page) {
          for (const iv::CoverageGap& gap : page.gaps()) all_.Put(gap);
        },
        [self = shared_from_this()](const absl::Status& status) {
          self->TookGaps(status);
        });
  }

  // A day for which nobody can tell the gaps is no reason to tell nothing.
  void TookGaps(const absl::Status& status) {
    if (absl::IsInvalidArgument(status) && !as_of_.valid_date().empty()) {
      picture_.gaps_unknown = std::string(status.message());
      for (const std::string& name : all_.GapNames()) all_.RemoveGap(name);
      return ListAlerts();
    }
    Then (&Assembly::ListAlerts)(status);
  }

  void ListAlerts() {
    access::v1::AsOf recorded = as_of_;
    recorded.clear_valid_date();
    Listing<nv::ListAlertsRequest, nv::ListAlertsResponse>::Start(
        inquiry_, "notifications", recorded,
        [this](auto* context, auto* request, auto* response, auto done) {
          notifications_->async()->ListAlerts(context, request, response, done);
        },
        [this](const nv::ListAlertsResponse& page) {
          for (const nv::Alert& alert : page.alerts()) all_.Put(alert);
        },
        Then(&Assembly::Finish));
  }

  void Finish() {
    for (const std::string& site : all_.SiteNames()) {
      picture_.situations.push_back(
          std::make_shared<picture::v1::Situation>(*all_.Find(site)));
    }
    done_(std::move(picture_));
  }

  const Inquiry inquiry_;
  const access::v1::AsOf as_of_;
  const Done done_;
  std::unique_ptr<rv::SiteRegistry::Stub> registry_;
  std::unique_ptr<pv::ProximityAnalysis::Stub> proximity_;
  std::unique_ptr<iv::InterventionTracking::Stub> interventions_;
  std::unique_ptr<nv::AgencyNotifications::Stub> notifications_;
  Situations all_;
  AssembledPicture picture_;
};

}  // namespace

void PictureAsOf(const Upstreams& upstreams, Inquiry inquiry,
                 const access::v1::AsOf& as_of,
                 std::function<void(absl::StatusOr<AssembledPicture>)> done) {
  std::make_shared<Assembly>(std::move(inquiry), as_of, std::move(done))
      ->Start(upstreams);
}

}  // namespace lagesbild::gateway
