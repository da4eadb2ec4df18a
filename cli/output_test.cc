// If these fail, people read the wrong thing, or programs get another format
// than they asked for.
#include "cli/output.h"

#include <fstream>

#include "cli/client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/access/certs.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::cli {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// A measure would be planned before the command says that it cannot print it.
TEST(FormatFlagTest, AnotherFormatIsRefusedWithTheFlags) {
  FormatFlag format;
  rpc::Flags flags("lagesbild test", "Tests.");
  format.AddTo(&flags);
  EXPECT_THAT(flags.Parse({"--format", "xml"}), StatusIs(kInvalid));
  EXPECT_FALSE(format.json());
  EXPECT_THAT(flags.Parse({"--format", "json"}), IsOk());
  EXPECT_TRUE(format.json());
}

// A hundred faults in one line are read by nobody.
TEST(ErrorTextTest, SeveralFaultsAreALineEach) {
  EXPECT_EQ(ErrorText(absl::NotFoundError("no\nsuch site")),
            "lagesbild: no such site\n");
  EXPECT_EQ(ErrorText(base::InvalidFields({{"a", "is bad"}, {"b", "too"}})),
            "lagesbild: 2 faults:\n  a: is bad\n  b: too\n");
  absl::Status many = base::InvalidFields({{"a", "is bad"}, {"b", "too"}});
  base::ErrorDetail detail = base::DetailOf(many);
  detail.metadata = {{"file", "f.geojson"}, {"faults", "79"}};
  EXPECT_EQ(ErrorText(base::WithDetail(many, detail)),
            "lagesbild: f.geojson: 79 faults; the first:\n"
            "  a: is bad\n  b: too\n");
}

// Whoever looked at them and means it has to know how to say so.
TEST(ErrorTextTest, DuplicatesCanBeAllowed) {
  EXPECT_EQ(ErrorText(base::Error(absl::StatusCode::kAlreadyExists,
                                  base::kLikelyDuplicate, "lies near a")),
            "lagesbild: lies near a; --allow-duplicates takes them all the "
            "same\n");
}

// A disk's or a port's trouble would be looked for in the network.
TEST(ErrorTextTest, OnlyCallsSayThatTheServiceIsNotReached) {
  EXPECT_EQ(ErrorText(absl::UnavailableError("cannot listen on port 80")),
            "lagesbild: cannot listen on port 80\n");
}

class ConnectTest : public ::testing::Test {
 protected:
  ConnectTest() {
    access::DevelopmentCaOptions ca;
    ca.dir = dir_.path();
    EXPECT_THAT(access::MakeDevelopmentCa(ca, base::SystemClock()), IsOk());
    flags_.server = "127.0.0.1:1";
    flags_.ca = dir_.File("ca.crt");
  }
  absl::Status Connect(const std::string& token) {
    flags_.token = token;
    return Client::Connect(flags_).status();
  }
  testing::TempDir dir_;
  ClientFlags flags_;
};

// gRPC would end the program with a core dump.
TEST_F(ConnectTest, ATokenThatNoHeaderCanHoldIsRefused) {
  for (const char* token :
       {"a\nb", "a b", "tok\x01", "sm\xc3\xb6rg\xc3\xa5s", "\x7f"}) {
    const absl::Status refused = Connect(token);
    EXPECT_THAT(refused, StatusIs(kInvalid)) << token;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("--token"));
  }
  std::ofstream(dir_.File("token")) << "  eyJhbGciOi.J9-_~\n";
  EXPECT_THAT(Connect("@" + dir_.File("token")), IsOk());
  std::ofstream(dir_.File("empty")) << "\n";
  EXPECT_THAT(Connect("@" + dir_.File("empty")), StatusIs(kInvalid));
}

// A gateway that is not there, told as it is.
TEST_F(ConnectTest, AnUnreachableGatewayIsCalledThat) {
  flags_.token = "x";
  Client client = *Client::Connect(flags_);
  grpc::ClientContext context;
  const absl::Status away = client.Took(
      context, grpc::Status(grpc::StatusCode::UNAVAILABLE, "refused"));
  EXPECT_EQ(away.message(), "cannot reach the service: refused");
  const absl::Status draining = client.Took(
      context, rpc::ToGrpc(base::Error(absl::StatusCode::kUnavailable,
                                       base::kDraining, "draining")));
  EXPECT_EQ(draining.message(), "draining");
}

}  // namespace
}  // namespace lagesbild::cli
