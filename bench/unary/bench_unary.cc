// A read of one record from memory, through everything that lib/rpc puts around
// a handler, against a bare gRPC callback server returning the same bytes.

#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/ratio.h"
#include "bench/unary/load.h"
#include "lagesbild/testing/v1/probe.grpc.pb.h"
#include "lib/access/caller.h"
#include "lib/access/policy.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/status.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/flags.h"
#include "lib/rpc/handler.h"
#include "lib/rpc/server.h"

namespace lagesbild::bench {
namespace {

using testing::v1::GetRequest;
using testing::v1::Probe;
using testing::v1::Record;
using GetOnly = Probe::WithCallbackMethod_Get<Probe::Service>;

constexpr char kPath[] = "/lagesbild.testing.v1.Probe/Get";
constexpr char kName[] = "regions/stockholm/sites/0001";

Record OneRecord() {
  Record record;
  record.set_name(kName);
  record.set_state(testing::v1::RECORD_STATE_OPEN);
  record.mutable_update_time()->set_seconds(1700000000);
  record.mutable_owner()->set_system("police");
  for (int i = 0; i < 10; ++i) {
    record.add_tags(absl::StrCat("0180-", i, ": ", std::string(20, 'x')));
  }
  return record;
}

access::v1::Caller Viewer() {
  access::v1::Caller caller;
  caller.set_agency("police-sodermalm");
  caller.set_kind(access::v1::AGENCY_KIND_POLICE);
  caller.add_roles(access::v1::ROLE_VIEWER);
  caller.add_areas("0180");
  return caller;
}

// Reads through the wrapper.
class WrappedService final : public GetOnly {
 public:
  explicit WrappedService(rpc::Handlers* handlers) : handlers_(handlers) {
    records_[kName] = OneRecord();
  }
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context,
                                const GetRequest* request,
                                Record* response) override {
    return handlers_->UnaryNow(
        context, request, response, "Probe.Get",
        [this](rpc::Call&, const GetRequest& wanted, Record* record) {
          const auto found = records_.find(wanted.name());
          if (found == records_.end()) return absl::NotFoundError("no such");
          *record = found->second;
          return absl::OkStatus();
        });
  }

 private:
  rpc::Handlers* const handlers_;
  std::map<std::string, Record> records_;
};

// The peer: nothing but gRPC.
class BareService final : public GetOnly {
 public:
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context,
                                const GetRequest*, Record* response) override {
    *response = record_;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const Record record_ = OneRecord();
};

class BareServer {
 public:
  BareServer() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  ~BareServer() { server_->Shutdown(); }
  int port() const { return port_; }

 private:
  BareService service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// The wrapped service as a component, with log, metrics, policy and caller. The
// port is open for both servers, so that TLS does not blur the difference;
// hence the caller is taken from the metadata without asking for a certificate.
class WrappedServer final : public rpc::Component {
 public:
  explicit WrappedServer(std::FILE* log)
      : access_log_(log, &clock_),
        logger_(log, &clock_),
        handlers_({.clock = &clock_,
                   .logger = &logger_,
                   .access_log = &access_log_,
                   .metrics = &metrics_,
                   .identify =
                       [](const grpc::ServerContextBase& context) {
                         return access::DecodeCaller(rpc::MetadataValue(
                             context, access::kCallerMetadata));
                       },
                   .policy = access::CheckRule,
                   .reached = nullptr},
                  {"lagesbild.testing.v1.Probe"}),
        service_(&handlers_) {}

  absl::Status Start() {
    rpc::ServerOptions options;
    options.address = "127.0.0.1:0";
    options.credentials = grpc::InsecureServerCredentials();
    options.logger = &logger_;
    LB_ASSIGN_OR_RETURN(server_, rpc::Server::Start(options, {this}));
    return absl::OkStatus();
  }
  int port() const { return server_->port(); }

  std::string Name() const override { return "probe"; }
  std::vector<grpc::Service*> Services() override { return {&service_}; }
  bool Ready() const override { return true; }
  void Drain() override {}

 private:
  base::SystemClock clock_;
  rpc::JsonAccessLog access_log_;
  base::JsonLogger logger_;
  rpc::Metrics metrics_;
  rpc::Handlers handlers_;
  WrappedService service_;
  std::unique_ptr<rpc::Server> server_;
};

std::shared_ptr<grpc::Channel> ChannelTo(int port) {
  return rpc::MakeChannel({.target = absl::StrCat("127.0.0.1:", port),
                           .credentials = grpc::InsecureChannelCredentials(),
                           .server_name = "",
                           .retried_services = {}});
}

absl::Status Check(const LoadResult& result) {
  if (result.failed == 0 &&
      result.response == OneRecord().SerializeAsString()) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat(result.failed, " calls failed"));
}

absl::Status Run(int runs, const LoadOptions& load, const std::string& json) {
  std::FILE* log = std::fopen("/dev/null", "w");
  WrappedServer wrapped(log);
  LB_RETURN_IF_ERROR(wrapped.Start());
  BareServer bare;
  const auto to_wrapped = ChannelTo(wrapped.port());
  const auto to_bare = ChannelTo(bare.port());
  // Warm both up, and see that they answer the same.
  LB_RETURN_IF_ERROR(Check(RunLoad(to_wrapped, load)));
  LB_RETURN_IF_ERROR(Check(RunLoad(to_bare, load)));
  const Ratio ratio = Compare(
      "unary", "calls/s", runs,
      [&] { return RunLoad(to_wrapped, load).calls_per_second; },
      [&] { return RunLoad(to_bare, load).calls_per_second; });
  return Report(ratio, json);
}

}  // namespace
}  // namespace lagesbild::bench

int main(int argc, char** argv) {
  using namespace lagesbild;
  int runs = bench::kMinRuns;
  std::string json;
  bench::LoadOptions load;
  rpc::Flags flags("bench_unary",
                   "One record read through the wrapper, against bare gRPC.");
  flags.Add("runs", "of each, in turn", &runs);
  flags.Add("outstanding", "calls under way at once", &load.outstanding);
  flags.Add("duration", "of one run", &load.duration);
  flags.Add("json", "file to write the figures to", &json);
  if (const auto code = flags.ParseMain(argc, argv)) return *code;
  load.path = bench::kPath;
  load.caller = bench::Viewer();
  testing::v1::GetRequest request;
  request.set_name(bench::kName);
  load.request = request.SerializeAsString();
  const absl::Status status = bench::Run(runs, load, json);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
