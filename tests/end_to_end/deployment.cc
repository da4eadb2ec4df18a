#include "tests/end_to_end/deployment.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/testing/free_port.h"
#include "tests/testing/redis_server.h"

namespace lagesbild::end_to_end {
namespace {

namespace fs = std::filesystem;

constexpr char kRegion[] = "stockholm";

std::string SourceDir() {
  const char* dir = std::getenv("LAGESBILD_SOURCE_DIR");
  return dir == nullptr ? "." : dir;
}

std::string Local(int port) { return absl::StrCat("127.0.0.1:", port); }

}  // namespace

std::string Binary(const std::string& name) {
  const char* dir = std::getenv("LAGESBILD_BIN_DIR");
  return absl::StrCat(dir == nullptr ? "." : dir, "/", name);
}

std::string RealData(const std::string& name) {
  const fs::path path = fs::path(SourceDir()) / ".." / "shared" / "data" / name;
  return fs::exists(path) ? path.lexically_normal().string() : "";
}

Deployment::Deployment() : port_(testing::FreePort()) {}

std::string Deployment::Token(const std::string& agency,
                              const std::string& role) {
  std::string& token = tokens_[agency + "/" + role];
  if (!token.empty()) return token;
  std::vector<std::string> command = {
      Binary("lagesbild"),           "token",    "--key",
      dir_.File("certs/issuer.key"), "--agency", agency};
  if (!role.empty()) command.insert(command.end(), {"--role", role});
  const Finished made = RunProgram(command);
  EXPECT_EQ(made.exit_code, 0) << made.err;
  token = made.out.substr(0, made.out.find('\n'));
  return token;
}

Finished Deployment::Cli(const std::string& agency,
                         std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), Binary("lagesbild"));
  return RunProgram(arguments, {{"LAGESBILD_SERVER", server()},
                                {"LAGESBILD_TOKEN", Token(agency)},
                                {"LAGESBILD_CA", ca()}});
}

std::vector<nlohmann::json> Deployment::Json(
    const std::string& agency, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--format", "json"});
  const Finished done = Cli(agency, arguments);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  std::vector<nlohmann::json> lines;
  for (absl::string_view line :
       absl::StrSplit(done.out, '\n', absl::SkipEmpty())) {
    lines.push_back(nlohmann::json::parse(line.begin(), line.end(), nullptr,
                                          /*allow_exceptions=*/false));
  }
  return lines;
}

nlohmann::json Deployment::Import(const std::string& what,
                                  const std::string& path,
                                  std::vector<std::string> more) {
  std::vector<std::string> arguments = {"import", what, path};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto lines = Json(kOffice, arguments);
  return lines.empty() ? nlohmann::json() : lines.front();
}

cli::Client Deployment::As(const std::string& agency) {
  cli::ClientFlags flags;
  flags.server = server();
  flags.ca = ca();
  flags.token = Token(agency);
  return *cli::Client::Connect(flags);
}

nlohmann::json Deployment::Report(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "report");
  arguments.insert(arguments.end(), {"--format", "json"});
  const Finished done = Cli(kOffice, arguments);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  return nlohmann::json::parse(done.out, nullptr, /*allow_exceptions=*/false);
}

void Deployment::AwaitReady(int admin_port, Child* child) {
  const std::string url = absl::StrCat("http://", Local(admin_port), "/readyz");
  const bool ready = Eventually([&] {
    if (!child->Running()) return true;
    return RunProgram({"curl", "-sf", "-o", "/dev/null", url}).exit_code == 0;
  });
  ASSERT_TRUE(ready && child->Running()) << child->Log();
}

namespace {

class UpDeployment final : public Deployment {
 public:
  UpDeployment()
      : admin_(testing::FreePort()),
        up_({Binary("lagesbild"), "up", "--data", dir_.path(), "--grpc",
             Local(port_), "--admin", Local(admin_), "--region", kRegion,
             "--allow-local-webhooks"},
            dir_.File("up.log")) {}

  void Start() override {
    up_.Start();
    AwaitReady(admin_, &up_);
  }
  std::vector<std::string> Processes() const override { return {"up"}; }
  void Kill(const std::string&) override { up_.Kill9(); }
  void Restart(const std::string&) override { Start(); }

 private:
  const int admin_;
  Child up_;
};

class ProcessesDeployment final : public Deployment {
 public:
  // "" or, with replicas, "-2": what follows a service's name.
  explicit ProcessesDeployment(const std::vector<std::string>& suffixes) {
    const Finished made =
        RunProgram({Binary("lagesbild"), "certs", dir_.File("certs")});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    Add("registry", {}, true);
    for (const std::string& suffix : suffixes) {
      Add("proximity" + suffix, {"registry"}, true);
      Add("interventions" + suffix, {"registry", "proximity"}, true);
      Add("notifications" + suffix, {"registry", "proximity", "interventions"},
          true, {"--allow-local-webhooks"});
    }
    const std::string config = SourceDir() + "/k8s/base/";
    Add("gateway", {"registry", "proximity", "interventions", "notifications"},
        false,
        {"--agencies", config + "agencies.textproto", "--policy",
         config + "policy.textproto", "--jwks", dir_.File("certs/jwks.json")});
  }

  void Start() override {
    for (const std::string& name : order_) {
      members_[name]->child.Start();
      AwaitReady(members_[name]->admin, &members_[name]->child);
    }
  }
  std::vector<std::string> Processes() const override { return order_; }
  void Kill(const std::string& process) override {
    members_[process]->child.Kill9();
  }
  void Restart(const std::string& process) override {
    Member& member = *members_[process];
    member.child.Start();
    AwaitReady(member.admin, &member.child);
  }

 private:
  struct Member {
    Member(std::vector<std::string> command, std::string log, int grpc_port,
           int admin_port)
        : grpc(grpc_port),
          admin(admin_port),
          child(std::move(command), std::move(log)) {}
    const int grpc;
    const int admin;
    Child child;
  };

  void Add(const std::string& name, const std::vector<std::string>& upstreams,
           bool has_ledger, std::vector<std::string> more = {}) {
    const int grpc = name == "gateway" ? port_ : testing::FreePort();
    const int admin = testing::FreePort();
    const std::string service = name.substr(0, name.find('-'));
    std::vector<std::string> command = {Binary(service + "d"),
                                        "--listen",
                                        Local(grpc),
                                        "--admin",
                                        Local(admin),
                                        "--certs",
                                        dir_.File("certs"),
                                        "--region",
                                        kRegion};
    for (const std::string& upstream : upstreams) {
      command.insert(command.end(),
                     {"--" + upstream, Local(members_[upstream]->grpc)});
    }
    if (has_ledger) {
      command.insert(command.end(),
                     {"--ledger", "redis://" + redis_.address()});
    }
    command.insert(command.end(), more.begin(), more.end());
    members_[name] = std::make_unique<Member>(
        std::move(command), dir_.File(name + ".log"), grpc, admin);
    order_.push_back(name);
  }

  testing::RedisServer redis_;
  std::map<std::string, std::unique_ptr<Member>> members_;
  std::vector<std::string> order_;
};

}  // namespace

std::unique_ptr<Deployment> OneProcess() {
  return std::make_unique<UpDeployment>();
}

std::unique_ptr<Deployment> FiveProcesses() {
  return std::make_unique<ProcessesDeployment>(std::vector<std::string>{""});
}

std::unique_ptr<Deployment> TwoReplicas() {
  return std::make_unique<ProcessesDeployment>(
      std::vector<std::string>{"", "-2"});
}

}  // namespace lagesbild::end_to_end
