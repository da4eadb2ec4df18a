#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_FIXTURE_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_FIXTURE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/access/caller.h"
#include "lib/base/ids.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/metrics.h"
#include "lib/rpc/server.h"
#include "lib/rpc/status.h"
#include "services/notifications/fake_upstream.h"
#include "services/notifications/keeping_logger.h"
#include "services/notifications/notifications_component.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/faulty_ledger.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/webhook_receiver.h"

// For tests: notifications in one piece over a memory ledger, with upstreams
// whose records are the test's.
namespace lagesbild::notifications {

inline constexpr absl::Duration kPatience = absl::Seconds(30);
inline constexpr char kParent[] = "regions/r";

// One process of notifications.
struct Process {
  std::unique_ptr<NotificationsComponent> component;
  std::unique_ptr<rpc::Server> server;
  std::unique_ptr<v1::AgencyNotifications::Stub> stub;

  ~Process() {
    stub.reset();
    server.reset();
  }
};

class NotificationsFixture : public ::testing::Test {
 protected:
  using Caller = access::v1::Caller;

  NotificationsFixture()
      : store_(ledger::NewMemoryLedger(&clock_, &ids_)),
        sites_(std::make_unique<FakeUpstream<SiteBoard>>(&clock_)),
        exposures_(std::make_unique<FakeUpstream<ExposureBoard>>(&clock_)),
        gaps_(std::make_unique<FakeUpstream<GapBoard>>(&clock_)) {}

  // Opens a process and waits until it is ready.
  Process* Start(const std::string& name = "one") {
    NotificationsDeps deps;
    deps.ledger = &ledger_;
    deps.clock = &clock_;
    deps.ids = &ids_;
    deps.logger = &logger_;
    deps.region = "r";
    deps.upstreams = {sites_->channel(), exposures_->channel(),
                      gaps_->channel()};
    deps.link_base = "https://lagesbild.example/";
    deps.webhooks.targets = {.allow_http = true, .allow_private = true};
    deps.random = [] { return 0.0; };
    // The clock stands still unless the test moves it: no pause would end.
    deps.follower.min_backoff = absl::ZeroDuration();
    deps.follower.max_backoff = absl::ZeroDuration();
    deps.handlers.clock = &clock_;
    deps.handlers.logger = &logger_;
    deps.handlers.metrics = &metrics_;
    deps.handlers.identify =
        rpc::SuiteIdentity({.members = {}, .trust_in_process = true});
    auto process = std::make_unique<Process>();
    process->component = *NotificationsComponent::Open(std::move(deps));
    process->server = *rpc::Server::Start({.address = "",
                                           .credentials = nullptr,
                                           .generic = nullptr,
                                           .admin_address = "",
                                           .notice = absl::ZeroDuration(),
                                           .grace = absl::ZeroDuration(),
                                           .logger = &logger_,
                                           .metrics = nullptr},
                                          {process->component.get()});
    process->stub =
        v1::AgencyNotifications::NewStub(process->server->InProcessChannel());
    NotificationsComponent* component = process->component.get();
    EXPECT_TRUE(Eventually([component] { return component->Ready(); }))
        << logger_.text();
    processes_[name] = std::move(process);
    return processes_[name].get();
  }
  void Stop(const std::string& name = "one") { processes_.erase(name); }

  // Waits for a condition; what it looks at changes by itself.
  template <typename F>
  static bool Eventually(F condition) {
    const absl::Time deadline = absl::Now() + kPatience;
    while (!condition()) {
      if (absl::Now() > deadline) return false;
      absl::SleepFor(absl::Milliseconds(2));
    }
    return true;
  }

  // Everybody has heard of everything: a token of all positions.
  std::string Settle() {
    const auto registry = sites_->position();
    exposures_->Touch({registry});
    const auto proximity = exposures_->position();
    gaps_->Touch({registry, proximity});
    access::v1::ConsistencyToken token;
    *token.add_positions() = registry;
    *token.add_positions() = proximity;
    *token.add_positions() = gaps_->position();
    return access::EncodeConsistencyToken(token);
  }

  static Caller MakeCaller(access::v1::AgencyKind kind,
                           const std::string& agency,
                           const std::vector<std::string>& areas) {
    Caller caller;
    caller.set_agency(agency);
    caller.set_kind(kind);
    caller.set_subject("someone");
    for (auto role : {access::v1::ROLE_VIEWER, access::v1::ROLE_REPORTER,
                      access::v1::ROLE_COORDINATOR, access::v1::ROLE_ADMIN}) {
      caller.add_roles(role);
    }
    for (const std::string& area : areas) caller.add_areas(area);
    return caller;
  }
  static Caller Office() {
    return MakeCaller(access::v1::AGENCY_KIND_COORDINATION_OFFICE, "office",
                      {"*"});
  }
  static Caller Town() {
    return MakeCaller(access::v1::AGENCY_KIND_MUNICIPALITY, "town", {"0180"});
  }
  static Caller OtherTown() {
    return MakeCaller(access::v1::AGENCY_KIND_MUNICIPALITY, "other", {"0127"});
  }

  // One call: `method` of the stub, by this caller, at this token.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(
      grpc::Status (v1::AgencyNotifications::Stub::*method)(
          grpc::ClientContext*, const Request&, Response*),
      const Caller& caller, const Request& request,
      const std::string& token = "", const std::string& process = "one") {
    grpc::ClientContext context;
    rpc::SetCaller(caller, kPatience, &context);
    if (!token.empty()) rpc::SetConsistencyToken(token, &context);
    Response response;
    const grpc::Status status = (processes_.at(process)->stub.get()->*method)(
        &context, request, &response);
    last_token_ = rpc::ConsistencyTokenOf(context);
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  absl::StatusOr<v1::Contact> CreateContact(const std::string& id,
                                            const std::string& url,
                                            const Caller& caller = Town()) {
    v1::CreateContactRequest request;
    request.set_parent(kParent);
    request.set_contact_id(id);
    request.mutable_contact()->set_display_name("Jour");
    request.mutable_contact()->set_webhook_url(url);
    return Call(&v1::AgencyNotifications::Stub::CreateContact, caller, request);
  }
  absl::StatusOr<v1::Subscription> Subscribe(
      const std::string& id, const std::string& contact,
      const std::vector<v1::EventKind>& kinds = {},
      const std::vector<std::string>& areas = {},
      const Caller& caller = Town()) {
    v1::CreateSubscriptionRequest request;
    request.set_parent(kParent);
    request.set_subscription_id(id);
    auto* subscription = request.mutable_subscription();
    subscription->set_contact(absl::StrCat(kParent, "/contacts/", contact));
    for (v1::EventKind kind : kinds) subscription->add_kinds(kind);
    for (const std::string& area : areas) subscription->add_areas(area);
    return Call(&v1::AgencyNotifications::Stub::CreateSubscription, caller,
                request);
  }

  v1::ListAlertsResponse Alerts(const std::string& filter = "",
                                const std::string& process = "one") {
    v1::ListAlertsRequest request;
    request.set_parent(kParent);
    request.set_filter(filter);
    request.set_page_size(1000);
    auto response = Call(&v1::AgencyNotifications::Stub::ListAlerts, Office(),
                         request, Settle(), process);
    EXPECT_THAT(response, ::lagesbild::testing::IsOk()) << logger_.text();
    return response.value_or(v1::ListAlertsResponse());
  }
  v1::ListDeliveriesResponse Deliveries(const std::string& process = "one") {
    v1::ListDeliveriesRequest request;
    request.set_parent(kParent);
    request.set_page_size(1000);
    auto response = Call(&v1::AgencyNotifications::Stub::ListDeliveries,
                         Office(), request, Settle(), process);
    EXPECT_THAT(response, ::lagesbild::testing::IsOk());
    return response.value_or(v1::ListDeliveriesResponse());
  }
  // The kinds of all events of all alerts at a site, in order.
  std::vector<v1::EventKind> EventsAt(const std::string& site) {
    std::vector<v1::EventKind> kinds;
    const v1::ListAlertsResponse found = Alerts();
    for (const v1::Alert& alert : found.alerts()) {
      if (alert.site() != absl::StrCat(kParent, "/sites/", site)) continue;
      for (const v1::Event& event : alert.events()) {
        kinds.push_back(event.kind());
      }
    }
    return kinds;
  }
  bool AllDelivered(std::size_t count) {
    return Eventually([&] {
      const v1::ListDeliveriesResponse found = Deliveries();
      return found.delivered() == static_cast<std::int64_t>(count) &&
             found.pending() == 0;
    });
  }

  static registry::v1::Site SiteOf(const std::string& id,
                                   registry::v1::SiteState state) {
    registry::v1::Site site;
    site.set_name(absl::StrCat(kParent, "/sites/", id));
    site.set_display_name("Torget " + id);
    site.set_municipality("0180");
    site.set_state(state);
    site.set_law_enforcement_note("hemligt");
    return site;
  }
  static interventions::v1::CoverageGap GapOf(const std::string& id) {
    interventions::v1::CoverageGap gap;
    gap.set_name(absl::StrCat(kParent, "/coverageGaps/", id));
    gap.set_site(absl::StrCat(kParent, "/sites/", id));
    gap.set_site_display_name("Torget " + id);
    gap.set_responsible_municipality("0180");
    return gap;
  }
  static proximity::v1::Exposure ExposureOf(const std::string& site,
                                            const std::string& place) {
    proximity::v1::Exposure exposure;
    exposure.set_name(absl::StrCat(kParent, "/exposures/l~", site, "~", place));
    exposure.set_site(absl::StrCat(kParent, "/sites/", site));
    exposure.set_place(absl::StrCat(kParent, "/places/", place));
    exposure.set_place_display_name("Skola " + place);
    exposure.set_municipality("0180");
    return exposure;
  }

  void Advance(absl::Duration by) {
    clock_.Advance(by);
    for (auto& [name, process] : processes_) process->component->Wake();
  }

  ::lagesbild::testing::FakeClock clock_;
  base::RandomIds ids_;
  KeepingLogger logger_;
  rpc::Metrics metrics_;
  std::unique_ptr<ledger::Ledger> store_;
  ::lagesbild::testing::FaultyLedger ledger_{store_.get()};
  std::unique_ptr<FakeUpstream<SiteBoard>> sites_;
  std::unique_ptr<FakeUpstream<ExposureBoard>> exposures_;
  std::unique_ptr<FakeUpstream<GapBoard>> gaps_;
  std::string last_token_;
  std::map<std::string, std::unique_ptr<Process>> processes_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_FIXTURE_H_
