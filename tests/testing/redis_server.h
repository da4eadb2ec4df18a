#ifndef LAGESBILD_TESTS_TESTING_REDIS_SERVER_H_
#define LAGESBILD_TESTS_TESTING_REDIS_SERVER_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/testing/temp_dir.h"

namespace lagesbild::testing {

// A redis-server of the test's own: on a free port of 127.0.0.1, in a folder of
// its own, with appendonly yes and appendfsync always. It ends with the object,
// and with the thread that started it. A server that does not start fails the
// test.
class RedisServer {
 public:
  // `args` follow the others: {"--requirepass", "secret"}. Later ones win.
  explicit RedisServer(std::vector<std::string> args = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  int port() const { return port_; }
  pid_t pid() const { return pid_; }
  std::string address() const;
  // Where its files are, below it its append-only files.
  const std::string& folder() const { return dir_.path(); }

  // SIGKILL, and waits for its end.
  void Kill();
  // SIGTERM, and waits for its end.
  void Stop();
  // Again on the same port and folder; returns when it answers.
  void Start();
  void Restart() {
    Stop();
    Start();
  }

  // One command; its reply as text, an error reply with "-" before it, elements
  // each on a line.
  std::string Command(const std::vector<std::string>& args);

 private:
  bool Launch();
  bool AwaitReady();
  void End(int signal);

  TempDir dir_;
  const std::vector<std::string> args_;
  std::string password_;
  int port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_REDIS_SERVER_H_
