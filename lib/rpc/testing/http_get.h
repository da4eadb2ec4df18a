#ifndef LAGESBILD_LIB_RPC_TESTING_HTTP_GET_H_
#define LAGESBILD_LIB_RPC_TESTING_HTTP_GET_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace lagesbild::rpc {

// Sends `bytes` to 127.0.0.1:`port` and returns all that comes back until the
// other side closes; empty when there is no connection.
inline std::string HttpSend(int port, const std::string& bytes) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) ==
          0 &&
      send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
    char buffer[4096];
    for (ssize_t got = 0; (got = recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(got));
    }
  }
  close(fd);
  return answer;
}

inline std::string HttpGet(int port, const std::string& target) {
  return HttpSend(port, absl::StrCat("GET ", target,
                                     " HTTP/1.1\r\nHost: localhost\r\n"
                                     "Connection: close\r\n\r\n"));
}

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_TESTING_HTTP_GET_H_
