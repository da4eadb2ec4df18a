#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_FIXTURE_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>

#include "gateway/gateway_fixture.h"
#include "gmock/gmock.h"
#include "lagesbild/picture/v1/picture.grpc.pb.h"
#include "lib/api/time.h"
#include "services/interventions/test_interventions.h"
#include "services/notifications/notifications_component.h"
#include "services/proximity/test_proximity.h"

namespace lagesbild::gateway {

namespace kv = ::lagesbild::picture::v1;

// The four services in this process, and the gateway before them.
class PictureFixture : public GatewayFixture {
 protected:
  using Stub = kv::RegionalPicture::Stub;

  PictureFixture() {
    notifications::NotificationsDeps deps;
    deps.ledger = notifications_ledger_.get();
    deps.clock = &clock_;
    deps.ids = &ids_;
    deps.logger = &logger_;
    deps.region = "stockholm";
    deps.upstreams = {registry_.channel(), proximity_.channel(),
                      interventions_.channel()};
    deps.handlers.clock = &clock_;
    deps.handlers.logger = &logger_;
    // It listens on a port, so that it can be taken away: whoever calls is
    // believed.
    deps.handlers.identify = [](const grpc::ServerContextBase& context) {
      return access::DecodeCaller(
          rpc::MetadataValue(context, access::kCallerMetadata));
    };
    notifications_ =
        *notifications::NotificationsComponent::Open(std::move(deps));
    rpc::ServerOptions options;
    options.address = "127.0.0.1:0";
    options.credentials = grpc::InsecureServerCredentials();
    options.logger = &logger_;
    notifications_server_ =
        *rpc::Server::Start(std::move(options), {notifications_.get()});
  }

  void SetUp() override {
    GatewayFixture::SetUp();
    picture_ = kv::RegionalPicture::NewStub(door_);
    ASSERT_TRUE(testing::Eventually([this] { return gateway_->Ready(); }));
  }

  Upstreams upstreams() override {
    return {registry_.channel(), proximity_.channel(), interventions_.channel(),
            grpc::CreateChannel(
                absl::StrCat("127.0.0.1:", notifications_server_->port()),
                grpc::InsecureChannelCredentials())};
  }

  // Of what the registry has by now, and what follows from it.
  absl::StatusOr<kv::Picture> Get(kv::GetPictureRequest request,
                                  const std::string& agency = "police") {
    request.set_name(registry::kTestRegion);
    const auto context = As(agency);
    rpc::SetConsistencyToken(registry_.token(), context.get());
    kv::Picture picture;
    const absl::Status status =
        rpc::FromGrpc(picture_->GetPicture(context.get(), request, &picture));
    if (!status.ok()) return status;
    return picture;
  }
  kv::Picture Now() { return *Get({}); }
  absl::StatusOr<kv::Picture> AsOf(const std::string& recorded,
                                   const std::string& valid = "") {
    kv::GetPictureRequest request;
    request.mutable_as_of()->set_recorded_time(recorded);
    request.mutable_as_of()->set_valid_date(valid);
    return Get(request);
  }
  static std::string RecordedTime(const kv::Picture& picture) {
    return api::FormatTime(api::FromTimestamp(picture.recorded_time()));
  }

  // A point in municipality 0180 or, from latitude 59.4 on, 0184.
  std::string Report(const std::string& id, double latitude) {
    const std::string code = latitude < 59.4 ? "0180" : "0184";
    const auto site = registry_.Create(
        registry::PoliceCaller(code),
        registry::SiteOf("Site " + id, registry::PointAt(latitude, 18.1)), id);
    EXPECT_THAT(site, testing::IsOk());
    return site.ok() ? site->name() : "";
  }
  // Both parties' word, valid from a day; the day before, one of them was
  // silent.
  void Assess(const std::string& site, rv::Verdict verdict,
              const std::string& day, const std::string& code = "0180") {
    EXPECT_THAT(
        registry_.Assess(registry::PoliceCaller(code), site,
                         registry::VerdictOf(rv::PARTY_POLICE, verdict, day)),
        testing::IsOk());
    EXPECT_THAT(registry_.Assess(
                    registry::MunicipalityCaller(code), site,
                    registry::VerdictOf(rv::PARTY_MUNICIPALITY, verdict, day)),
                testing::IsOk());
  }
  // A school some 220 m north of each latitude.
  void ImportSchoolsNear(const std::vector<double>& latitudes) {
    std::vector<proximity::v1::Place> schools;
    schools.reserve(latitudes.size());
    for (const double latitude : latitudes) {
      schools.push_back(proximity::SchoolAt(absl::StrCat("school-", latitude),
                                            latitude + 0.002, 18.1));
    }
    EXPECT_THAT(
        proximity_.Import(registry::CoordinationCaller(),
                          {proximity::ImportOf(schools)}, registry_.token()),
        testing::IsOk());
  }

  std::unique_ptr<ledger::Ledger> proximity_ledger_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  std::unique_ptr<ledger::Ledger> interventions_ledger_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  std::unique_ptr<ledger::Ledger> notifications_ledger_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  proximity::TestProximity proximity_{proximity_ledger_.get(), &clock_,
                                      registry_.channel()};
  interventions::TestInterventions interventions_{
      interventions_ledger_.get(), &clock_, &ids_, registry_.channel(),
      proximity_.channel()};
  std::unique_ptr<notifications::NotificationsComponent> notifications_;
  std::unique_ptr<rpc::Server> notifications_server_;
  std::unique_ptr<Stub> picture_;
};

// The value of a figure; -1 where there is none.
inline std::int64_t ValueOf(const kv::Picture& picture, const std::string& id,
                            const std::string& group = "") {
  for (const kv::Figure& figure : picture.figures()) {
    if (figure.id() == id && figure.group() == group) return figure.value();
  }
  return -1;
}

// "sites.total= 3", one for each figure that is not 0, in their order.
inline std::vector<std::string> FiguresOf(const kv::Picture& picture) {
  std::vector<std::string> lines;
  for (const kv::Figure& figure : picture.figures()) {
    if (figure.value() == 0) continue;
    lines.push_back(
        absl::StrCat(figure.id(), " ", figure.group(), "= ", figure.value()));
  }
  return lines;
}

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_FIXTURE_H_
