// Who sees what, through the gateway, in every form of reading.

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cli/client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lagesbild/picture/v1/picture.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/status.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::end_to_end {
namespace {

namespace kv = ::lagesbild::picture::v1;
namespace rv = ::lagesbild::registry::v1;
using ::testing::ElementsAre;
using testing::ErrorIs;
using testing::IsOk;

constexpr char kSecret[] = "unmarked car on Tuesdays";
constexpr char kRegionName[] = "regions/stockholm";

// A square kilometre that is the whole region, so that no file is needed.
constexpr char kAreas[] = R"({"type": "FeatureCollection", "features": [
  {"type": "Feature", "properties": {"code": "0180", "name": "Staden"},
   "geometry": {"type": "Polygon", "coordinates": [[[18.0, 59.3], [18.1, 59.3],
   [18.1, 59.4], [18.0, 59.4], [18.0, 59.3]]]}}]})";
constexpr char kSites[] = R"({"type": "FeatureCollection", "features": [
  {"type": "Feature", "properties": {"id": "a", "name": "Torget"},
   "geometry": {"type": "Point", "coordinates": [18.05, 59.35]}}]})";

class VisibilityTest : public ::testing::TestWithParam<DeploymentKind> {
 protected:
  void SetUp() override {
    suite_ = GetParam().make();
    suite_->Start();
    WriteText(suite_->dir().File("areas.geojson"), kAreas);
    WriteText(suite_->dir().File("sites.geojson"), kSites);
    suite_->Json(kOffice,
                 {"import", "areas", suite_->dir().File("areas.geojson")});
    suite_->Json(kOffice,
                 {"import", "sites", suite_->dir().File("sites.geojson"),
                  "--assess", "open"});
    site_ = suite_->Json(kPolice, {"sites"}).front()["name"];
  }

  cli::Client As(const std::string& agency) { return suite_->As(agency); }

  // The note is written by the police; returns the write's consistency token
  // with the client.
  cli::Client WriteNote() { return WriteSite("law_enforcement_note", kSecret); }
  cli::Client WriteSite(const std::string& field, const std::string& text) {
    cli::Client police = As(kPolice);
    rv::UpdateSiteRequest request;
    rv::Site* site = request.mutable_site();
    site->set_name(site_);
    site->GetReflection()->SetString(
        site, site->GetDescriptor()->FindFieldByName(field), text);
    request.mutable_update_mask()->add_paths(field);
    const auto stub = rv::SiteRegistry::NewStub(police.channel());
    const absl::StatusOr<rv::Site> written =
        police.Call(stub.get(), &rv::SiteRegistry::Stub::UpdateSite, request);
    EXPECT_THAT(written, IsOk());
    return police;
  }

  std::string Get(cli::Client client) const {
    rv::GetSiteRequest request;
    request.set_name(site_);
    const auto stub = rv::SiteRegistry::NewStub(client.channel());
    const absl::StatusOr<rv::Site> site =
        client.Call(stub.get(), &rv::SiteRegistry::Stub::GetSite, request);
    EXPECT_THAT(site, IsOk());
    return site->law_enforcement_note();
  }

  std::string List(cli::Client client) const {
    rv::ListSitesRequest request;
    request.set_parent(kRegionName);
    const auto stub = rv::SiteRegistry::NewStub(client.channel());
    const absl::StatusOr<rv::ListSitesResponse> page =
        client.Call(stub.get(), &rv::SiteRegistry::Stub::ListSites, request);
    EXPECT_THAT(page, IsOk());
    return page->sites(0).law_enforcement_note();
  }

  std::string Watch(const cli::Client& client) const {
    rv::WatchSitesRequest request;
    request.set_parent(kRegionName);
    const auto stub = rv::SiteRegistry::NewStub(client.channel());
    grpc::ClientContext context;
    client.Prepare(absl::Seconds(30), &context);
    const auto reader = stub->WatchSites(&context, request);
    rv::WatchSitesResponse message;
    while (reader->Read(&message)) {
      if (message.changes_size() == 0) continue;
      context.TryCancel();
      return message.changes(0).site().law_enforcement_note();
    }
    return "the stream ended";
  }

  std::string Picture(cli::Client client) const {
    kv::GetPictureRequest request;
    request.set_name(kRegionName);
    const auto stub = kv::RegionalPicture::NewStub(client.channel());
    const absl::StatusOr<kv::Picture> picture = client.Call(
        stub.get(), &kv::RegionalPicture::Stub::GetPicture, request);
    EXPECT_THAT(picture, IsOk());
    return picture->situations(0).site().law_enforcement_note();
  }

  std::string WatchPicture(const cli::Client& client) const {
    kv::WatchPictureRequest request;
    request.set_name(kRegionName);
    const auto stub = kv::RegionalPicture::NewStub(client.channel());
    grpc::ClientContext context;
    client.Prepare(absl::Seconds(30), &context);
    const auto reader = stub->WatchPicture(&context, request);
    kv::WatchPictureResponse message;
    while (reader->Read(&message)) {
      if (message.changes_size() == 0) continue;
      context.TryCancel();
      return message.changes(0).situation().site().law_enforcement_note();
    }
    return "the stream ended";
  }

  std::unique_ptr<Deployment> suite_;
  std::string site_;
};

// What leaks here harms people.
TEST_P(VisibilityTest, ALawEnforcementNoteIsSeenByLawEnforcementAlone) {
  const cli::Client police = WriteNote();
  // Whoever waits for the picture to hold the note sees it in every form.
  EXPECT_EQ(Picture(police), kSecret);
  EXPECT_EQ(Get(police), kSecret);
  EXPECT_EQ(List(police), kSecret);
  EXPECT_EQ(Watch(police), kSecret);
  EXPECT_EQ(WatchPicture(police), kSecret);
  for (const char* agency : {kMunicipality, kCountyBoard, kOffice}) {
    EXPECT_EQ(Get(As(agency)), "") << agency;
    EXPECT_EQ(List(As(agency)), "") << agency;
    EXPECT_EQ(Watch(As(agency)), "") << agency;
    EXPECT_EQ(Picture(As(agency)), "") << agency;
    EXPECT_EQ(WatchPicture(As(agency)), "") << agency;
  }
}

// A change is redacted as the snapshot is, and a change that is hidden says
// nothing at all.
TEST_P(VisibilityTest, ALiveChangeShowsEachTheirOwn) {
  rv::WatchSitesRequest request;
  request.set_parent(kRegionName);
  const auto notes = [&](const std::string& agency, const auto& change) {
    cli::Client client = As(agency);
    const auto stub = rv::SiteRegistry::NewStub(client.channel());
    grpc::ClientContext context;
    client.Prepare(absl::Seconds(30), &context);
    const auto reader = stub->WatchSites(&context, request);
    std::vector<std::string> seen;
    rv::WatchSitesResponse message;
    bool changed = false;
    while (seen.size() < 2 && reader->Read(&message)) {
      for (const auto& one : message.changes()) {
        seen.push_back(one.site().display_name() + "|" +
                       one.site().law_enforcement_note());
      }
      if (!changed && message.header().kind() ==
                          watch::v1::MESSAGE_KIND_SNAPSHOT_COMPLETE) {
        changed = true;
        change();
      }
    }
    context.TryCancel();
    return seen;
  };
  const auto police =
      notes(kPolice, [this] { WriteSite("law_enforcement_note", kSecret); });
  EXPECT_THAT(police, ElementsAre("Torget|", std::string("Torget|") + kSecret));
  const auto municipality = notes(kMunicipality, [this] {
    WriteSite("law_enforcement_note", "another");
    WriteSite("display_name", "Stortorget");
  });
  EXPECT_THAT(municipality, ElementsAre("Torget|", "Stortorget|"));
}

// A filter must not say what a field does not show.
TEST_P(VisibilityTest, AFilterOnAHiddenFieldIsRefused) {
  WriteNote();
  const Finished asked = suite_->Cli(
      kMunicipality, {"sites", "--filter", "law_enforcement_note = \"x\""});
  EXPECT_NE(asked.exit_code, 0);
  EXPECT_EQ(asked.out, "");
}

// What each of three doors says to somebody with this credential, who also
// claims to be the police.
template <typename Knock>
absl::Status KnockWith(const std::string& credential, Knock knock) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(30));
  if (!credential.empty()) context.AddMetadata("authorization", credential);
  context.AddMetadata("lagesbild-caller-bin", "\x0a\x06police");
  return rpc::FromGrpc(knock(&context));
}

// An open door is no door.
TEST_P(VisibilityTest, NobodyGetsInWithoutAGoodToken) {
  const cli::Client anyone = As(kPolice);
  const auto registry = rv::SiteRegistry::NewStub(anyone.channel());
  const auto picture = kv::RegionalPicture::NewStub(anyone.channel());
  const auto list = [&](grpc::ClientContext* context) {
    rv::ListSitesRequest request;
    request.set_parent(kRegionName);
    rv::ListSitesResponse response;
    return registry->ListSites(context, request, &response);
  };
  const auto watch = [&](grpc::ClientContext* context) {
    rv::WatchSitesRequest request;
    request.set_parent(kRegionName);
    const auto reader = registry->WatchSites(context, request);
    rv::WatchSitesResponse message;
    EXPECT_FALSE(reader->Read(&message));
    return reader->Finish();
  };
  const auto look = [&](grpc::ClientContext* context) {
    kv::GetPictureRequest request;
    request.set_name(kRegionName);
    kv::Picture answer;
    return picture->GetPicture(context, request, &answer);
  };
  const auto refuses = [&](const std::string& credential, const auto& error) {
    EXPECT_THAT(KnockWith(credential, list), error);
    EXPECT_THAT(KnockWith(credential, watch), error);
    EXPECT_THAT(KnockWith(credential, look), error);
  };
  const auto kUnauthenticated = absl::StatusCode::kUnauthenticated;
  refuses("", ErrorIs(kUnauthenticated, base::kNoCredential));
  refuses("Bearer x.y.z", ErrorIs(kUnauthenticated, base::kBadCredential));
  refuses("Bearer " + suite_->Token(kPolice) + "x",
          ErrorIs(kUnauthenticated, base::kBadCredential));
  refuses("Bearer " + suite_->Token("nobody-known"),
          ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
}

// A viewer that writes, or a municipality that imports for the region.
TEST_P(VisibilityTest, WritingNeedsTheRoleForIt) {
  const Finished refused = suite_->Cli(
      kMunicipality, {"import", "areas", suite_->dir().File("areas.geojson")});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_NE(refused.err.find("not allowed"), std::string::npos) << refused.err;
}

INSTANTIATE_TEST_SUITE_P(Deployments, VisibilityTest,
                         ::testing::Values(kOneProcess, kFiveProcesses),
                         KindName);

}  // namespace
}  // namespace lagesbild::end_to_end
