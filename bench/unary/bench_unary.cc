// GetSite of the registry, served from its view, against a bare gRPC callback
// server that returns the same bytes. The goal: 0.8.

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/load.h"
#include "bench/must.h"
#include "bench/open_host.h"
#include "bench/ratio.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/rpc/flags.h"
#include "lib/rpc/server.h"
#include "services/registry/registry_component.h"
#include "services/registry/test_registry.h"

namespace lagesbild::bench {
namespace {

using registry::v1::GetSiteRequest;
using registry::v1::Site;
using registry::v1::SiteRegistry;

constexpr char kPath[] = "/lagesbild.registry.v1.SiteRegistry/GetSite";
// A county's sites, many times over, on a grid of half kilometres.
constexpr int kRows = 20;
constexpr double kStep = 0.0045;

access::v1::Caller Reporter() { return registry::MunicipalityCaller("0180"); }

// A registry of kRows x kRows assessed sites; the name of one of them.
std::string Fill(ledger::Ledger* ledger, const base::Clock* clock,
                 base::IdSource* ids) {
  registry::TestRegistry registry(ledger, clock, ids);
  registry.ImportTwoMunicipalities();
  std::string name;
  for (int i = 0; i < kRows * kRows; ++i) {
    Site site =
        registry::SiteOf(absl::StrCat("Square ", i),
                         registry::PointAt(59.305 + kStep * (i / kRows),
                                           18.01 + 2 * kStep * (i % kRows)));
    site.set_note("Sales by the station's eastern entrance, evenings.");
    name = Must(registry.Create(Reporter(), site)).name();
    for (const auto party :
         {registry::v1::PARTY_MUNICIPALITY, registry::v1::PARTY_POLICE}) {
      Must(
          registry.Assess(registry::CoordinationCaller(), name,
                          registry::VerdictOf(party, registry::v1::VERDICT_OPEN,
                                              "2023-10-01")));
    }
  }
  return name;
}

class RegistryServer {
 public:
  RegistryServer(OpenHost* host, ledger::Ledger* ledger)
      : component_(Must(registry::RegistryComponent::Open(
            host->DepsOver<registry::RegistryDeps>(ledger)))),
        server_(host->Serve(component_.get())) {}
  ~RegistryServer() { server_->Drain(); }
  int port() const { return server_->port(); }

 private:
  std::unique_ptr<registry::RegistryComponent> component_;
  std::unique_ptr<rpc::Server> server_;
};

// The peer: nothing but gRPC.
class BareServer {
 public:
  explicit BareServer(const std::string& response) {
    service_.site.ParseFromString(response);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) Must(absl::UnavailableError("no port to be had"));
  }
  ~BareServer() { server_->Shutdown(); }
  int port() const { return port_; }

 private:
  class Service final
      : public SiteRegistry::WithCallbackMethod_GetSite<SiteRegistry::Service> {
   public:
    grpc::ServerUnaryReactor* GetSite(grpc::CallbackServerContext* context,
                                      const GetSiteRequest*,
                                      Site* response) override {
      *response = site;
      grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
      reactor->Finish(grpc::Status::OK);
      return reactor;
    }
    Site site;
  };

  Service service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// Calls a second; what came is `expected`, where that is not empty.
LoadResult Measure(const std::shared_ptr<grpc::Channel>& channel,
                   const LoadOptions& load, const std::string& expected) {
  LoadResult result = RunLoad(channel, load);
  if (result.failed > 0) {
    Must(absl::InternalError(absl::StrCat(result.failed, " calls failed")));
  }
  if (!expected.empty() && result.response != expected) {
    Must(absl::InternalError("the two do not answer the same"));
  }
  return result;
}

void Run(int runs, LoadOptions load, const std::string& json) {
  OpenHost host;
  const auto ledger = ledger::NewMemoryLedger(host.clock(), host.ids());
  GetSiteRequest request;
  request.set_name(Fill(ledger.get(), host.clock(), host.ids()));
  load.path = kPath;
  load.caller = Reporter();
  load.requests = {request.SerializeAsString()};
  RegistryServer registry(&host, ledger.get());
  const auto to_registry = OpenChannel(registry.port());
  // Both are warmed up.
  const std::string response = Measure(to_registry, load, "").response;
  BareServer bare(response);
  const auto to_bare = OpenChannel(bare.port());
  Measure(to_bare, load, response);
  const auto measure = [&](const std::shared_ptr<grpc::Channel>& channel) {
    return Measure(channel, load, response).calls_per_second;
  };
  const Ratio ratio = Compare(
      "unary", "calls/s", runs, [&] { return measure(to_registry); },
      [&] { return measure(to_bare); });
  Must(WriteJson({ratio}, json));
}

}  // namespace
}  // namespace lagesbild::bench

int main(int argc, char** argv) {
  using namespace lagesbild;
  int runs = bench::kMinRuns;
  std::string json;
  bench::LoadOptions load;
  rpc::Flags flags("bench_unary",
                   "One site read from the view, against bare gRPC.");
  flags.Add("runs", "of each, in turn", &runs);
  flags.Add("outstanding", "calls under way at once", &load.outstanding);
  flags.Add("duration", "of one run", &load.duration);
  flags.Add("json", "file to write the figures to", &json);
  if (const auto code = flags.ParseMain(argc, argv)) return *code;
  bench::Run(runs, std::move(load), json);
  return 0;
}
