#include "lib/rpc/tls.h"

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"
#include "lib/rpc/testing/harness.h"
#include "lib/rpc/testing/test_ca.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::rpc {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kGateway[] = "spiffe://lagesbild/gateway";

class TlsTest : public ::testing::Test {
 protected:
  TlsTest()
      : files_(
            ca_.Make("registry", "registry", "spiffe://lagesbild/registry")) {}

  void Serve(absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> creds) {
    ASSERT_THAT(creds, IsOk());
    h_.server_options.address = "127.0.0.1:0";
    h_.server_options.credentials = *creds;
    ASSERT_THAT(h_.Start(), IsOk());
  }
  // One call over a connection of its own.
  absl::Status Call(
      const absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>& creds,
      const access::v1::Caller& caller = PoliceCaller(),
      const std::string& server_name = "registry") {
    EXPECT_THAT(creds, IsOk());
    if (!creds.ok()) return creds.status();
    const auto stub = Probe::NewStub(
        MakeChannel({absl::StrCat("127.0.0.1:", h_.server->port()),
                     *creds,
                     server_name,
                     {}}));
    grpc::ClientContext context;
    SetCaller(caller, kTestDeadline, &context);
    Record record;
    return FromGrpc(stub->Get(&context, GetRequest(), &record));
  }
  absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> As(
      absl::string_view name, absl::string_view uri) {
    return SuiteChannelCredentials(ca_.Make(name, name, uri));
  }

  TestCa ca_;
  const TlsFiles files_;
  Harness h_;
};

// Anybody on the network could name any caller, and see everything.
TEST_F(TlsTest, OnlyMembersMaySpeakForCallers) {
  Serve(SuiteServerCredentials(files_));
  EXPECT_THAT(Call(As("gateway", kGateway)), IsOk());
  for (const char* uri :
       {"spiffe://lagesbild/stranger", "spiffe://elsewhere/gateway",
        "spiffe://lagesbild/gateway/x", "https://lagesbild/gateway"}) {
    EXPECT_THAT(
        Call(As("other", uri)),
        ErrorIs(absl::StatusCode::kUnauthenticated, base::kBadCredential))
        << uri;
  }
}

TEST_F(TlsTest, AMemberSpeaksForItselfOnly) {
  Serve(SuiteServerCredentials(files_));
  EXPECT_THAT(Call(As("gateway", kGateway), access::SuiteMember("gateway")),
              IsOk());
  EXPECT_THAT(
      Call(As("gateway", kGateway), access::SuiteMember("registry")),
      ErrorIs(absl::StatusCode::kUnauthenticated, base::kBadCredential));
}

TEST_F(TlsTest, WithoutACertificateOfOurAuthorityThereIsNoConnection) {
  Serve(SuiteServerCredentials(files_));
  EXPECT_THAT(Call(TlsChannelCredentials(ca_.ca())),
              StatusIs(absl::StatusCode::kUnavailable));
  TestCa foreign;
  TlsFiles mixed = foreign.Make("gateway", "gateway", kGateway);
  mixed.ca = ca_.ca();
  EXPECT_THAT(Call(SuiteChannelCredentials(mixed)),
              StatusIs(absl::StatusCode::kUnavailable));
}

// A client would hand its token to whoever answers.
TEST_F(TlsTest, TheClientVerifiesTheServer) {
  Serve(SuiteServerCredentials(files_));
  EXPECT_THAT(Call(As("gateway", kGateway), PoliceCaller(), "proximity"),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Call(As("gateway", kGateway), PoliceCaller(), ""), IsOk())
      << "127.0.0.1 is among its names";
  TestCa foreign;
  EXPECT_THAT(Call(TlsChannelCredentials(foreign.ca())),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TlsTest, AtTheDoorACertificateIsOptionalButVerified) {
  std::string uri = "unset";
  h_.options.identify = [&](const grpc::ServerContextBase& context)
      -> absl::StatusOr<access::v1::Caller> {
    uri = PeerUri(*context.auth_context());
    return PoliceCaller();
  };
  Serve(OpenServerCredentials(files_));
  EXPECT_THAT(Call(TlsChannelCredentials(ca_.ca())), IsOk());
  EXPECT_EQ(uri, "");
  EXPECT_THAT(Call(As("gateway", kGateway)), IsOk());
  EXPECT_EQ(uri, kGateway);
  TestCa foreign;
  TlsFiles mixed = foreign.Make("gateway", "gateway", kGateway);
  mixed.ca = ca_.ca();
  EXPECT_THAT(Call(SuiteChannelCredentials(mixed)),
              StatusIs(absl::StatusCode::kUnavailable));
}

// Certificates end every year; a server must not have to.
TEST_F(TlsTest, NewCertificatesAreTakenWhileServing) {
  Serve(SuiteServerCredentials(files_));
  const auto client = As("gateway", kGateway);
  EXPECT_THAT(Call(client, PoliceCaller(), "renamed"),
              StatusIs(absl::StatusCode::kUnavailable));
  ca_.Make("registry", "renamed", "spiffe://lagesbild/registry");
  EXPECT_TRUE(
      Eventually([&] { return Call(client, PoliceCaller(), "renamed").ok(); }));
}

TEST_F(TlsTest, BadFilesAreNamed) {
  TlsFiles other = ca_.Make("other", "other", kGateway);
  const std::string junk = other.certificate + ".junk";
  std::ofstream(junk) << "no certificate";
  const std::pair<TlsFiles, std::string> cases[] = {
      {{"/nonexistent/c", files_.key, files_.ca}, "/nonexistent/c"},
      {{junk, files_.key, files_.ca}, junk},
      {{files_.certificate, junk, files_.ca}, junk},
      {{files_.certificate, files_.key, junk}, junk},
      {{files_.certificate, other.key, files_.ca}, "does not fit"},
  };
  for (const auto& [files, what] : cases) {
    for (const absl::Status& status :
         {SuiteServerCredentials(files).status(),
          SuiteChannelCredentials(files).status()}) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
      EXPECT_THAT(status.ToString(), HasSubstr(what));
    }
  }
}

}  // namespace
}  // namespace lagesbild::rpc
