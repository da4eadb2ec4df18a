#ifndef LAGESBILD_TESTS_END_TO_END_DEPLOYMENT_H_
#define LAGESBILD_TESTS_END_TO_END_DEPLOYMENT_H_

#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "cli/client.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/end_to_end/child.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::end_to_end {

inline constexpr char kOffice[] = "coordination-office";
inline constexpr char kPolice[] = "police";
inline constexpr char kMunicipality[] = "municipality";
inline constexpr char kCountyBoard[] = "county-board";

// A running suite, made of the built binaries, in a folder of its own.
class Deployment {
 public:
  virtual ~Deployment() = default;

  // Returns when the gateway is ready.
  virtual void Start() = 0;
  // The processes that it is made of.
  virtual std::vector<std::string> Processes() const = 0;
  // kill -9; gone when this returns.
  virtual void Kill(const std::string& process) = 0;
  // Started after a Kill; returns when it is ready.
  virtual void Restart(const std::string& process) = 0;
  void KillAndRestart(const std::string& process) {
    Kill(process);
    Restart(process);
  }

  std::string server() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string ca() const { return dir_.File("certs/ca.crt"); }
  const testing::TempDir& dir() const { return dir_; }

  // A token of an agency, with its roles or the one that is given.
  std::string Token(const std::string& agency, const std::string& role = "");

  // Runs `lagesbild ARGUMENTS…` as an agency.
  Finished Cli(const std::string& agency, std::vector<std::string> arguments);

  // As above with --format json; the answer's lines. Fails the test on an exit
  // code that is not 0.
  std::vector<nlohmann::json> Json(const std::string& agency,
                                   std::vector<std::string> arguments);

  // Imports a file as the coordination office; the summary.
  nlohmann::json Import(const std::string& what, const std::string& path,
                        std::vector<std::string> more = {});

  // A client that speaks gRPC with the gateway as an agency.
  cli::Client As(const std::string& agency);

  // What `lagesbild report` says to the coordination office.
  nlohmann::json Report(std::vector<std::string> arguments = {});

 protected:
  Deployment();
  // Waits until `child` has opened its gRPC and admin ports and is ready.
  void AwaitReady(int admin_port, Child* child);

  testing::TempDir dir_;
  int port_;

 private:
  std::map<std::string, std::string> tokens_;
};

// `lagesbild up`: one process, SQLite.
std::unique_ptr<Deployment> OneProcess();

// registryd, proximityd, interventionsd, notificationsd and gatewayd over a
// redis-server, with mutual TLS.
std::unique_ptr<Deployment> FiveProcesses();

// The five processes, and a second proximityd, interventionsd and
// notificationsd beside the first.
std::unique_ptr<Deployment> TwoReplicas();

// For tests that run on several deployments.
struct DeploymentKind {
  std::string name;
  std::unique_ptr<Deployment> (*make)();
};
inline void PrintTo(const DeploymentKind& kind, std::ostream* out) {
  *out << kind.name;
}
inline std::string KindName(
    const ::testing::TestParamInfo<DeploymentKind>& info) {
  return info.param.name;
}
inline const DeploymentKind kOneProcess = {"OneProcess", OneProcess};
inline const DeploymentKind kFiveProcesses = {"FiveProcesses", FiveProcesses};
inline const DeploymentKind kTwoReplicas = {"TwoReplicas", TwoReplicas};

// The built program of that name.
std::string Binary(const std::string& name);

// A file of the real data; empty where the data is absent.
std::string RealData(const std::string& name);

}  // namespace lagesbild::end_to_end

#endif  // LAGESBILD_TESTS_END_TO_END_DEPLOYMENT_H_
