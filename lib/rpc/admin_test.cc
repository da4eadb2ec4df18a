#include "lib/rpc/admin.h"

#include <sys/resource.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/rpc/testing/http_get.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::rpc {
namespace {

using ::testing::StartsWith;

// A TCP connection that says nothing until it is told to.
class Connection {
 public:
  explicit Connection(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(
        connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
        0);
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  std::string Get(const std::string& target) {
    const std::string request =
        absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_GT(send(fd_, request.data(), request.size(), MSG_NOSIGNAL), 0);
    char buffer[4096];
    const ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
    return std::string(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
  }

 private:
  const int fd_;
};

class AdminTest : public ::testing::Test {
 protected:
  void SetUp() override {
    AdminOptions options;
    options.address = "127.0.0.1:0";
    options.ready = [] { return true; };
    ASSERT_OK_AND_ASSIGN(server_, AdminServer::Start(options));
  }
  std::unique_ptr<AdminServer> server_;
};

// Whoever opens connections and says nothing would have the pod killed.
TEST_F(AdminTest, IdleConnectionsDoNotKeepAProbeOut) {
  std::vector<std::unique_ptr<Connection>> idle;
  idle.reserve(200);
  for (int i = 0; i < 200; ++i) {
    idle.push_back(std::make_unique<Connection>(server_->port()));
  }
  EXPECT_THAT(HttpGet(server_->port(), "/readyz"), StartsWith("HTTP/1.1 200"));
  // Those that came last are still served.
  EXPECT_THAT(idle.back()->Get("/livez"), StartsWith("HTTP/1.1 200"));
}

// Lets this process open `more` descriptors and no more, while it lives.
class FewDescriptors {
 public:
  explicit FewDescriptors(int more) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = dup(0);
    close(next);
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(next) + static_cast<rlim_t>(more);
    setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_;
};

// A process that is out of descriptors would burn a core as well.
TEST_F(AdminTest, AFailedAcceptIsTriedAgainAfterAPause) {
  auto few = std::make_optional<FewDescriptors>(1);
  Connection connection(server_->port());
  const std::clock_t before = std::clock();
  // The measure is what is burnt of this time.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const double burnt =
      static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_LT(burnt, 0.1);
  few.reset();
  EXPECT_THAT(connection.Get("/livez"), StartsWith("HTTP/1.1 200"));
}

}  // namespace
}  // namespace lagesbild::rpc
