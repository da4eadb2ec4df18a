#include "tests/testing/free_port.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"

namespace lagesbild::testing {
namespace {

// Below those that the system gives to clients: one of theirs is in use as soon
// as somebody connects anywhere.
constexpr int kFirstPort = 15'000;
constexpr int kPorts = 15'000;

// Whether the name "the tests' port N" was still to be had, in this process and
// every other: a port that is only looked at is given to two before either
// listens. The socket stays open, so the name goes when the process does.
bool Claim(int port) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  // A name that begins with a zero byte is no file.
  const std::string name = absl::StrCat("lagesbild-test-port-", port);
  name.copy(address.sun_path + 1, sizeof(address.sun_path) - 1);
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0) return true;
  close(fd);
  return false;
}

// Whether nobody listens there.
bool IsFree(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool free =
      bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return free;
}

}  // namespace

int FreePort() {
  std::random_device random;
  while (true) {
    const int port = kFirstPort + static_cast<int>(random() % kPorts);
    if (Claim(port) && IsFree(port)) return port;
  }
}

}  // namespace lagesbild::testing
