#include "services/notifications/webhook_target.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;

sockaddr_storage Address(const std::string& text) {
  sockaddr_storage storage = {};
  sockaddr_in v4 = {};
  sockaddr_in6 v6 = {};
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    std::memcpy(&storage, &v4, sizeof(v4));
  } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    std::memcpy(&storage, &v6, sizeof(v6));
  }
  return storage;
}

bool IsPublic(const std::string& text) {
  const sockaddr_storage address = Address(text);
  return IsPublicAddress(reinterpret_cast<const sockaddr*>(&address));
}

// Anyone who may add a contact could make the suite call the machines around
// it.
TEST(TargetTest, PrivateAddressesAreNotPublic) {
  for (const char* text : {"0.0.0.0",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "127.0.0.1",
                           "127.255.0.9",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.1",
                           "203.0.113.7",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::192.168.0.1",
                           "fe80::1",
                           "fc00::1",
                           "fdff::1",
                           "ff02::1",
                           "2001:db8::1",
                           "2002:7f00:1::1",
                           "2001::1",
                           "::127.0.0.1"}) {
    EXPECT_FALSE(IsPublic(text)) << text;
  }
}

TEST(TargetTest, PublicAddressesArePublic) {
  for (const char* text :
       {"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1",
        "172.32.0.1", "193.10.0.1", "223.255.255.255", "2a00:1450::1",
        "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(IsPublic(text)) << text;
  }
}

TEST(TargetTest, AUnixSocketIsNoTarget) {
  sockaddr_storage storage = {};
  storage.ss_family = AF_UNIX;
  EXPECT_FALSE(MayConnect(reinterpret_cast<const sockaddr*>(&storage),
                          {.allow_http = true, .allow_private = true}));
}

TEST(UrlTest, HttpsToAPublicNameIsTaken) {
  for (const char* url :
       {"https://example.se/hook", "https://example.se:8443/a?b=c",
        "https://8.8.8.8/", "https://[2606:4700::1111]/x",
        "https://xn--mnster-3ya.se/"}) {
    EXPECT_THAT(CheckUrl(url, {}), IsOk()) << url;
  }
}

TEST(UrlTest, EverythingElseIsRefused) {
  const std::string long_url = "https://example.se/" + std::string(3000, 'a');
  for (const std::string& url :
       {std::string(""),
        std::string("example.se"),
        std::string("https://"),
        std::string("http://example.se/"),
        std::string("ftp://example.se/"),
        std::string("file:///etc/passwd"),
        std::string("gopher://example.se"),
        std::string("https://user:pw@example.se/"),
        std::string("https://user@example.se/"),
        std::string("https://example.se/#x"),
        std::string("https://example.se:0/"),
        std::string("https://example.se:99999/"),
        std::string("https://example.se/a b"),
        std::string("https://example.se/\r\nX: y"),
        std::string("https://localhost/"),
        std::string("https://LOCALHOST./"),
        std::string("https://a.localhost/"),
        std::string("https://127.0.0.1/"),
        std::string("https://2130706433/"),
        std::string("https://0x7f.1/"),
        std::string("https://0177.0.0.1/"),
        std::string("https://127.1/"),
        std::string("https://[::1]/"),
        std::string("https://[fe80::1%25eth0]/"),
        std::string("https://[::ffff:10.0.0.1]/"),
        std::string("https://169.254.169.254/latest/meta-data"),
        long_url}) {
    EXPECT_THAT(CheckUrl(url, {}), ErrorIs(absl::StatusCode::kInvalidArgument,
                                           base::kInvalidField))
        << url;
  }
}

// A development receiver on the same machine must be possible, when said.
TEST(UrlTest, TheOperatorCanAllowMore) {
  EXPECT_THAT(CheckUrl("http://127.0.0.1:8080/hook",
                       {.allow_http = true, .allow_private = true}),
              IsOk());
  EXPECT_FALSE(CheckUrl("http://127.0.0.1/", {.allow_http = true}).ok());
  EXPECT_FALSE(CheckUrl("http://127.0.0.1/", {.allow_private = true}).ok());
}

// A URL can hold a token of its receiver.
TEST(UrlTest, AnErrorDoesNotRepeatIt) {
  const absl::Status status = CheckUrl("http://example.se/t0ken", {});
  EXPECT_FALSE(absl::StrContains(status.ToString(), "t0ken"));
}

}  // namespace
}  // namespace lagesbild::notifications
