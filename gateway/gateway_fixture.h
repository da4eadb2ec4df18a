#ifndef LAGESBILD_GATEWAY_GATEWAY_FIXTURE_H_
#define LAGESBILD_GATEWAY_GATEWAY_FIXTURE_H_

#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/gateway_component.h"
#include "gtest/gtest.h"
#include "lib/access/agencies.h"
#include "lib/access/caller.h"
#include "lib/access/mint.h"
#include "lib/base/mutex.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/server.h"
#include "lib/rpc/status.h"
#include "services/registry/test_registry.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

namespace lagesbild::gateway {

namespace rv = ::lagesbild::registry::v1;

inline constexpr char kNote[] = "unmarked car on Tuesdays";

// Keeps one line for each call: "GetSite police OK 31".
class KeptLog final : public rpc::AccessLog {
 public:
  void Write(const rpc::AccessEntry& entry) override {
    base::MutexLock lock(&mutex_);
    lines_.push_back(absl::StrCat(entry.method, " ", entry.agency, " ",
                                  absl::StatusCodeToString(entry.code), " ",
                                  entry.request_bytes));
  }
  // Waits for a line that begins so; the whole line.
  std::string Await(const std::string& beginning) {
    std::string found;
    testing::Eventually([&] {
      base::MutexLock lock(&mutex_);
      for (const std::string& line : lines_) {
        if (absl::StartsWith(line, beginning)) found = line;
      }
      return !found.empty();
    });
    return found;
  }

 private:
  base::Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

// A gateway before a real registry, over real channels.
class GatewayFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    registry_.ImportTwoMunicipalities();
    WriteKeys();
    Open();
    rpc::ServerOptions server;
    server.address = "127.0.0.1:0";
    server.credentials = grpc::InsecureServerCredentials();
    server.generic = gateway_->Generic();
    server.logger = &logger_;
    ASSERT_OK_AND_ASSIGN(server_, rpc::Server::Start(server, {gateway_.get()}));
    door_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                grpc::InsecureChannelCredentials());
    stub_ = rv::SiteRegistry::NewStub(door_);
  }

  void TearDown() override { server_->Drain(); }

  void WriteKeys() {
    ASSERT_OK_AND_ASSIGN(key_, access::NewEs256Key());
    ASSERT_OK_AND_ASSIGN(const std::string jwks, access::JwksOf({key_}));
    std::FILE* file = std::fopen(dir_.File("jwks.json").c_str(), "w");
    std::fputs(jwks.c_str(), file);
    std::fclose(file);
  }

  // Nobody listens where the other services should be: what is tested here
  // does not need them.
  virtual Upstreams upstreams() {
    const auto nowhere =
        grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials());
    return {registry_.channel(), nowhere, nowhere, nowhere};
  }

  virtual GatewayOptions options() {
    const std::string config =
        std::string(std::getenv("LAGESBILD_SOURCE_DIR")) + "/k8s/base/";
    GatewayOptions options;
    options.region = "stockholm";
    options.agencies_file = config + "agencies.textproto";
    options.policy_file = config + "policy.textproto";
    options.jwks_file = dir_.File("jwks.json");
    options.issuer = access::kLocalIssuer;
    options.audience = access::kGatewayAudience;
    options.watch.bookmark_interval = absl::Milliseconds(100);
    return options;
  }

  void Open() {
    GatewayDeps deps{&clock_, &ids_, &logger_, &calls_, &metrics_, upstreams()};
    ASSERT_OK_AND_ASSIGN(gateway_, GatewayComponent::Open(options(), deps));
  }

  std::string Token(const std::string& agency,
                    absl::Duration lifetime = absl::Hours(1)) {
    access::MintClaims claims;
    claims.agency = agency;
    claims.subject = "test";
    return *access::MintToken(key_, claims, lifetime, clock_);
  }

  std::unique_ptr<grpc::ClientContext> As(
      const std::string& agency, absl::Duration lifetime = absl::Hours(1)) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->AddMetadata("authorization", "Bearer " + Token(agency, lifetime));
    context->set_deadline(std::chrono::system_clock::now() +
                          std::chrono::seconds(20));
    return context;
  }

  // As the gateway knows an agency.
  access::v1::Caller CallerOf(const std::string& agency) {
    return *access::Agencies::Load(options().agencies_file)
                ->CallerFor(agency, {}, "test");
  }

  absl::StatusOr<rv::Site> Get(grpc::ClientContext* context,
                               const std::string& name) {
    rv::GetSiteRequest request;
    request.set_name(name);
    rv::Site site;
    const absl::Status status =
        rpc::FromGrpc(stub_->GetSite(context, request, &site));
    if (!status.ok()) return status;
    return site;
  }

  // A site with a note for law enforcement.
  std::string SiteWithNote() {
    rv::Site site = registry::SiteOf("Torget", registry::PointAt(59.35, 18.1));
    site.set_law_enforcement_note(kNote);
    return registry_.Create(registry::PoliceCaller("0180"), site)->name();
  }

  base::SystemClock clock_;
  base::RandomIds ids_;
  base::NullLogger logger_;
  KeptLog calls_;
  rpc::Metrics metrics_;
  testing::TempDir dir_;
  std::string key_;
  std::unique_ptr<ledger::Ledger> ledger_ =
      ledger::NewMemoryLedger(&clock_, &ids_);
  registry::TestRegistry registry_{ledger_.get(), &clock_, &ids_};
  std::unique_ptr<GatewayComponent> gateway_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> door_;
  std::unique_ptr<rv::SiteRegistry::Stub> stub_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_GATEWAY_FIXTURE_H_
