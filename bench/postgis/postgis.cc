#include "bench/postgis/postgis.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "lib/base/status.h"

namespace lagesbild::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kStartPatience(60);
constexpr std::chrono::milliseconds kLook(50);
constexpr char kUser[] = "postgres";

// Of the newest PostgreSQL that has PostGIS; empty where none has.
std::string ProgramFolder() {
  std::string found;
  std::error_code ignored;
  for (const auto& entry :
       fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const std::string version = entry.path().filename();
    const std::string extension =
        absl::StrCat("/usr/share/postgresql/", version, "/extension");
    if (!fs::exists(absl::StrCat(extension, "/postgis.control"))) continue;
    found = std::max(found, absl::StrCat(entry.path().string(), "/bin/"));
  }
  return found;
}

// PostgreSQL refuses to run as root; its package brings a user. Null: it may
// run as who we are.
const passwd* OtherUser() { return geteuid() == 0 ? getpwnam(kUser) : nullptr; }

void BecomeUser(const passwd* user) {
  if (user == nullptr) return;
  if (initgroups(user->pw_name, user->pw_gid) != 0 ||
      setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) {
    _exit(126);
  }
}

[[noreturn]] void Become(std::vector<std::string> args, const std::string& log,
                         const passwd* user) {
  const int fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
  BecomeUser(user);
  // After a change of user, which would undo it.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  std::vector<char*> argv;
  argv.reserve(args.size() + 1);
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  if (chdir("/") == 0) execv(argv[0], argv.data());
  _exit(127);
}

pid_t Spawn(const std::vector<std::string>& args, const std::string& log) {
  const passwd* user = OtherUser();
  const pid_t pid = fork();
  if (pid == 0) Become(args, log, user);
  return pid;
}

std::string Content(const std::string& file) {
  std::stringstream content;
  content << std::ifstream(file).rdbuf();
  return content.str();
}

absl::Status Failed(const std::string& what, const std::string& log) {
  return absl::UnavailableError(
      absl::StrCat(what, " failed and said:\n", Content(log)));
}

// What it printed.
absl::StatusOr<std::string> OutputOf(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return absl::UnavailableError("no shell to be had");
  std::string output;
  char buffer[4096];
  while (fgets(buffer, sizeof(buffer), pipe) != nullptr) output += buffer;
  if (pclose(pipe) == 0) return output;
  return absl::UnavailableError(absl::StrCat(command, ":\n", output));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostGis>> PostGis::Start() {
  const std::string programs = ProgramFolder();
  if (programs.empty()) {
    return absl::NotFoundError("PostGIS is missing: scripts/setup bench");
  }
  std::unique_ptr<PostGis> server(new PostGis(programs));
  LB_RETURN_IF_ERROR(server->MakeCluster());
  LB_RETURN_IF_ERROR(server->Launch());
  LB_RETURN_IF_ERROR(server->Run("CREATE EXTENSION postgis;").status());
  return server;
}

PostGis::PostGis(std::string programs) : programs_(std::move(programs)) {}

PostGis::~PostGis() {
  if (server_ <= 0) return;
  kill(server_, SIGINT);  // a fast shutdown
  waitpid(server_, nullptr, 0);
}

absl::Status PostGis::MakeCluster() const {
  const passwd* user = OtherUser();
  if (user != nullptr &&
      chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
    return absl::ErrnoToStatus(errno, "cannot give the folder to postgres");
  }
  const std::string log = folder_.File("initdb.log");
  const pid_t pid =
      Spawn({programs_ + "initdb", "--pgdata", folder_.File("data"), "--auth",
             "trust", "--username", kUser, "--encoding", "UTF8", "--no-locale",
             "--no-sync"},
            log);
  int status = 0;
  if (waitpid(pid, &status, 0) == pid && status == 0) return absl::OkStatus();
  return Failed("initdb", log);
}

absl::Status PostGis::Launch() {
  const std::string log = folder_.File("server.log");
  server_ = Spawn({programs_ + "postgres",
                   "-D",
                   folder_.File("data"),
                   "-k",
                   folder_.path(),
                   "-c",
                   "listen_addresses=",
                   "-c",
                   "max_parallel_workers_per_gather=0",
                   "-c",
                   "shared_buffers=1GB",
                   "-c",
                   "work_mem=256MB",
                   "-c",
                   "maintenance_work_mem=256MB",
                   "-c",
                   "jit=off",
                   "-c",
                   "fsync=off",
                   "-c",
                   "autovacuum=off"},
                  log);
  const auto end = std::chrono::steady_clock::now() + kStartPatience;
  while (!Answers()) {
    const bool ended = waitpid(server_, nullptr, WNOHANG) == server_;
    if (ended) server_ = -1;
    if (ended || std::chrono::steady_clock::now() > end) {
      return Failed("postgres", log);
    }
    std::this_thread::sleep_for(kLook);
  }
  return absl::OkStatus();
}

bool PostGis::Answers() const {
  return OutputOf(absl::StrCat(programs_, "pg_isready -q -h ", folder_.path()))
      .ok();
}

absl::StatusOr<std::string> PostGis::Run(const std::string& script) const {
  const std::string file = folder_.File("script.sql");
  std::ofstream(file) << script << "\n";
  return OutputOf(absl::StrCat(
      programs_, "psql -X -q -A -t -v ON_ERROR_STOP=1 -h ", folder_.path(),
      " -U ", kUser, " -d postgres -f ", file, " 2>&1"));
}

absl::StatusOr<double> PostGis::Bench(const std::string& script, int clients,
                                      absl::Duration duration) const {
  const std::string file = folder_.File("bench.sql");
  std::ofstream(file) << script << "\n";
  LB_ASSIGN_OR_RETURN(
      const std::string output,
      OutputOf(absl::StrCat(
          programs_, "pgbench -n -M prepared -j 1 -c ", clients, " -T ",
          absl::ToInt64Seconds(absl::Ceil(duration, absl::Seconds(1))), " -h ",
          folder_.path(), " -U ", kUser, " -f ", file, " postgres 2>&1")));
  for (const absl::string_view line : absl::StrSplit(output, '\n')) {
    absl::string_view rest = line;
    double rate = 0;
    if (absl::ConsumePrefix(&rest, "tps = ") &&
        absl::SimpleAtod(rest.substr(0, rest.find(' ')), &rate)) {
      return rate;
    }
  }
  return absl::UnavailableError(absl::StrCat("pgbench said:\n", output));
}

}  // namespace lagesbild::bench
