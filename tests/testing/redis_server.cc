#include "tests/testing/redis_server.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/testing/free_port.h"

namespace lagesbild::testing {
namespace {

constexpr int kPortAttempts = 20;
constexpr std::chrono::seconds kStartPatience(60);
constexpr std::chrono::milliseconds kLook(5);

std::string TextOf(const redisReply* reply) {
  switch (reply->type) {
    case REDIS_REPLY_INTEGER:
      return absl::StrCat(reply->integer);
    case REDIS_REPLY_ERROR:
      return absl::StrCat("-", absl::string_view(reply->str, reply->len));
    case REDIS_REPLY_ARRAY: {
      std::string text;
      for (std::size_t i = 0; i < reply->elements; ++i) {
        absl::StrAppend(&text, TextOf(reply->element[i]), "\n");
      }
      return text;
    }
    case REDIS_REPLY_NIL:
      return "";
    default:
      return std::string(reply->str, reply->len);
  }
}

std::string Run(redisContext* context, const std::vector<std::string>& args) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& arg : args) {
    texts.push_back(arg.data());
    sizes.push_back(arg.size());
  }
  std::unique_ptr<redisReply, void (*)(void*)> reply(
      static_cast<redisReply*>(redisCommandArgv(context, int(args.size()),
                                                texts.data(), sizes.data())),
      freeReplyObject);
  return reply == nullptr ? absl::StrCat("-", context->errstr)
                          : TextOf(reply.get());
}

[[noreturn]] void Become(std::vector<std::string> args,
                         const std::string& log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
  std::vector<char*> argv;
  argv.reserve(args.size() + 1);
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> args)
    : args_(std::move(args)) {
  // Another process may take a free port before the server does.
  for (int i = 0; i < kPortAttempts; ++i) {
    port_ = FreePort();
    if (Launch()) return;
  }
  ADD_FAILURE() << "redis-server does not start; see " << dir_.path();
}

RedisServer::~RedisServer() { End(SIGKILL); }

std::string RedisServer::address() const {
  return absl::StrCat("127.0.0.1:", port_);
}

bool RedisServer::Launch() {
  for (std::size_t i = 0; i + 1 < args_.size(); ++i) {
    if (args_[i] == "--requirepass") password_ = args_[i + 1];
  }
  std::vector<std::string> argv = {"redis-server",
                                   "--bind",
                                   "127.0.0.1",
                                   "--port",
                                   absl::StrCat(port_),
                                   "--dir",
                                   dir_.path(),
                                   "--appendonly",
                                   "yes",
                                   "--appendfsync",
                                   "always",
                                   "--save",
                                   "",
                                   "--enable-debug-command",
                                   "local"};
  argv.insert(argv.end(), args_.begin(), args_.end());
  const std::string log = dir_.File("redis.log");
  pid_ = fork();
  if (pid_ == 0) Become(std::move(argv), log);
  return AwaitReady();
}

bool RedisServer::AwaitReady() {
  const auto end = std::chrono::steady_clock::now() + kStartPatience;
  while (std::chrono::steady_clock::now() < end) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      return false;
    }
    if (Command({"PING"}) == "PONG") return true;
    std::this_thread::sleep_for(kLook);
  }
  End(SIGKILL);
  return false;
}

void RedisServer::Start() {
  if (!Launch()) ADD_FAILURE() << "redis-server does not start again";
}

void RedisServer::Kill() { End(SIGKILL); }

void RedisServer::Stop() { End(SIGTERM); }

void RedisServer::End(int signal) {
  if (pid_ <= 0) return;
  kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string RedisServer::Command(const std::vector<std::string>& args) {
  std::unique_ptr<redisContext, void (*)(redisContext*)> context(
      redisConnectWithTimeout("127.0.0.1", port_, {5, 0}), redisFree);
  if (context == nullptr || context->err != 0) return "-no connection";
  if (!password_.empty()) Run(context.get(), {"AUTH", password_});
  if (args.size() == 4 && args[1] == "SET" && args[2] == "requirepass") {
    password_ = args[3];
  }
  return Run(context.get(), args);
}

}  // namespace lagesbild::testing
