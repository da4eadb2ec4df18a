#ifndef LAGESBILD_LIB_RPC_TESTING_HARNESS_H_
#define LAGESBILD_LIB_RPC_TESTING_HARNESS_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "lib/access/caller.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/component.h"
#include "lib/rpc/handler.h"
#include "lib/rpc/metrics.h"
#include "lib/rpc/server.h"
#include "lib/rpc/status.h"
#include "lib/rpc/testing/probe_service.h"

namespace lagesbild::rpc {

inline constexpr absl::Duration kTestDeadline = absl::Seconds(20);

// Waits until `condition` holds; false when it does not within kTestDeadline.
inline bool Eventually(const std::function<bool()>& condition) {
  const base::SystemClock clock;
  const absl::Duration end = clock.Monotonic() + kTestDeadline;
  while (!condition()) {
    if (clock.Monotonic() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

// Keeps what was logged, as text.
class KeptLog final : public base::Logger, public AccessLog {
 public:
  void Log(base::Severity, absl::string_view event,
           const base::LogFields& fields) override {
    std::string line(event);
    for (const auto& [name, value] : fields) {
      absl::StrAppend(&line, " ", name, "=", value);
    }
    Keep(line);
  }
  void Write(const AccessEntry& entry) override {
    Keep("call " + std::string(entry.method) + " " + std::string(entry.agency) +
         " " + absl::StatusCodeToString(entry.code) + " " + entry.reason + " " +
         std::to_string(entry.request_bytes));
  }
  std::vector<std::string> lines() const {
    base::MutexLock lock(&mutex_);
    return lines_;
  }
  std::string text() const {
    std::string all;
    for (const std::string& line : lines()) all += line + "\n";
    return all;
  }

 private:
  void Keep(std::string line) {
    base::MutexLock lock(&mutex_);
    lines_.push_back(std::move(line));
  }
  mutable base::Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

inline access::v1::Caller PoliceCaller() {
  access::v1::Caller caller;
  caller.set_agency("police-a");
  caller.set_kind(access::v1::AGENCY_KIND_POLICE);
  caller.add_roles(access::v1::ROLE_VIEWER);
  return caller;
}

// One Probe service with everything around it. Set options, then Start.
class Harness : public Component {
 public:
  Harness() {
    options.clock = &clock;
    options.logger = &log;
    options.access_log = &log;
    options.metrics = &metrics;
    options.identify = SuiteIdentity({{"gateway", "registry"}, true});
    options.policy = [](const auto&, const auto&) { return absl::OkStatus(); };
    server_options.logger = &log;
    server_options.metrics = &metrics;
    server_options.grace = absl::Milliseconds(50);
  }
  ~Harness() override { Stop(); }

  absl::Status Start() {
    handlers =
        std::make_unique<Handlers>(options, std::vector<std::string>{kProbe});
    service = std::make_unique<ProbeService>(handlers.get());
    if (setup) setup(service.get());
    auto started = Server::Start(server_options, {this});
    if (!started.ok()) return started.status();
    server = *std::move(started);
    stub = Probe::NewStub(server->InProcessChannel());
    return absl::OkStatus();
  }
  void Stop() {
    stub.reset();
    server.reset();
  }

  std::string Name() const override { return "probe"; }
  std::vector<grpc::Service*> Services() override { return {service.get()}; }
  bool Ready() const override { return ready; }
  void Drain() override {
    if (on_drain) on_drain();
  }

  // A Get by the police caller, within kTestDeadline; trailers in `context`.
  absl::Status Get(Record* record, grpc::ClientContext* context) {
    SetCaller(PoliceCaller(), kTestDeadline, context);
    GetRequest request;
    request.set_name("n");
    return FromGrpc(stub->Get(context, request, record));
  }
  absl::Status Get() {
    Record record;
    grpc::ClientContext context;
    return Get(&record, &context);
  }

  base::SystemClock clock;
  KeptLog log;
  Metrics metrics;
  HandlerOptions options;
  ServerOptions server_options;
  std::function<void(ProbeService*)> setup;
  std::function<void()> on_drain;
  std::atomic<bool> ready = true;
  std::unique_ptr<Handlers> handlers;
  std::unique_ptr<ProbeService> service;
  std::unique_ptr<Server> server;
  std::unique_ptr<Probe::Stub> stub;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_TESTING_HARNESS_H_
