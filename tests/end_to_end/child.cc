#include "tests/end_to_end/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace lagesbild::end_to_end {
namespace {

std::vector<char*> Arguments(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& part : command) {
    arguments.push_back(const_cast<char*>(part.c_str()));
  }
  arguments.push_back(nullptr);
  return arguments;
}

struct Pipe {
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  }
  std::array<int, 2> ends;
};

// Takes what is there; false when the other end is closed.
bool Drain(int fd, std::string* into) {
  char buffer[65536];
  const ssize_t n = read(fd, buffer, sizeof(buffer));
  if (n > 0) into->append(buffer, static_cast<size_t>(n));
  return n > 0;
}

// Until both ends are closed; false when that takes too long.
bool Collect(int out, int err, Finished* finished) {
  const absl::Time end = absl::Now() + kPatience;
  std::array<pollfd, 2> fds = {pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    const std::int64_t left = absl::ToInt64Milliseconds(end - absl::Now());
    if (left <= 0) return false;
    poll(fds.data(), fds.size(), static_cast<int>(left));
    if (fds[0].revents != 0 && !Drain(out, &finished->out)) fds[0].fd = -1;
    if (fds[1].revents != 0 && !Drain(err, &finished->err)) fds[1].fd = -1;
  }
  return true;
}

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Finished RunProgram(const std::vector<std::string>& command,
                    const std::map<std::string, std::string>& environment,
                    const std::string& input) {
  Pipe in;
  Pipe out;
  Pipe err;
  const std::vector<char*> arguments = Arguments(command);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(in.ends[0], 0);
    dup2(out.ends[1], 1);
    dup2(err.ends[1], 2);
    for (const auto& [name, value] : environment) {
      setenv(name.c_str(), value.c_str(), 1);
    }
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(in.ends[0]);
  close(out.ends[1]);
  close(err.ends[1]);
  // What is given is small enough for a pipe's buffer.
  if (write(in.ends[1], input.data(), input.size()) < 0) std::abort();
  close(in.ends[1]);
  Finished finished;
  if (!Collect(out.ends[0], err.ends[0], &finished)) {
    kill(pid, SIGKILL);
    finished.err += "killed: it did not end";
  }
  close(out.ends[0]);
  close(err.ends[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  finished.exit_code = ExitCode(status);
  return finished;
}

Child::Child(std::vector<std::string> command, std::string log)
    : command_(std::move(command)), log_(std::move(log)) {}

Child::~Child() {
  if (pid_ > 0) Kill9();
}

void Child::Start() {
  const std::vector<char*> arguments = Arguments(command_);
  pid_ = fork();
  if (pid_ != 0) return;
  // A test that dies must not leave servers behind.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log =
      open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2(log, 1);
  dup2(log, 2);
  execv(arguments[0], arguments.data());
  _exit(127);
}

bool Child::Running() {
  if (pid_ <= 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

int Child::Wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return ExitCode(status);
}

void Child::Kill9() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  Wait();
}

int Child::Terminate() {
  kill(pid_, SIGTERM);
  return Wait();
}

std::string Child::Log() const { return ReadText(log_); }

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
}

}  // namespace lagesbild::end_to_end
