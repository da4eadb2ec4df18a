// Files that an operator changes while the door is open.

#include "gateway/access_rules.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_replace.h"
#include "gateway/gateway_fixture.h"

namespace lagesbild::gateway {
namespace {

using registry::kTestRegion;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

std::string Read(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

// The gateway on copies of the files.
class AccessRulesTest : public GatewayFixture {
 protected:
  GatewayOptions options() override {
    GatewayOptions options = GatewayFixture::options();
    for (std::string* file : {&options.agencies_file, &options.policy_file}) {
      const std::string copy = dir_.File(file->substr(file->rfind('/') + 1));
      Write(copy, Read(*file));
      *file = copy;
    }
    agencies_ = options.agencies_file;
    policy_ = options.policy_file;
    return options;
  }

  absl::Status List(const std::string& agency) {
    const auto context = As(agency);
    rv::ListSitesRequest request;
    request.set_parent(kTestRegion);
    rv::ListSitesResponse response;
    return rpc::FromGrpc(stub_->ListSites(context.get(), request, &response));
  }

  std::string agencies_;
  std::string policy_;
};

// An agency that has left the cooperation kept its access until a restart.
TEST_F(AccessRulesTest, AReloadTakesUpWhatTheFilesSay) {
  ASSERT_THAT(List("police"), IsOk());
  Write(agencies_,
        absl::StrReplaceAll(Read(agencies_), {{"\"police\"", "\"customs\""}}));
  EXPECT_THAT(List("police"), IsOk());
  server_->Reload();
  EXPECT_THAT(List("police"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(List("customs"), IsOk());
}

TEST_F(AccessRulesTest, AReloadTakesUpNewKeysAndForgetsOldOnes) {
  ASSERT_THAT(List("police"), IsOk());
  const std::string old = key_;
  WriteKeys();
  server_->Reload();
  EXPECT_THAT(List("police"), IsOk());
  key_ = old;
  EXPECT_THAT(List("police"), StatusIs(absl::StatusCode::kUnauthenticated));
}

// A slip of the pen must not open the door, nor shut it.
TEST_F(AccessRulesTest, ABadFileLeavesWhatWasInForceAndTheOthersAreTaken) {
  Write(policy_, "rules { roles: ROLE_VIEWER }");
  Write(agencies_,
        absl::StrReplaceAll(Read(agencies_), {{"\"police\"", "\"customs\""}}));
  server_->Reload();
  EXPECT_THAT(List("customs"), IsOk());
  Write(agencies_, "agencies {");
  server_->Reload();
  EXPECT_THAT(List("customs"), IsOk());
}

// "policy.textproto: policy.textproto: line 1" looks like two files.
TEST_F(AccessRulesTest, AnErrorNamesItsFileOnce) {
  for (const char* file : {"agencies", "policy", "jwks"}) {
    GatewayOptions options = this->options();
    const std::string broken = dir_.File(absl::StrCat("broken-", file));
    Write(broken, "{");
    if (std::string(file) == "agencies") options.agencies_file = broken;
    if (std::string(file) == "policy") options.policy_file = broken;
    if (std::string(file) == "jwks") options.jwks_file = broken;
    GatewayDeps deps{&clock_, &ids_, &logger_, &calls_, &metrics_, upstreams()};
    const auto opened = GatewayComponent::Open(options, deps);
    ASSERT_THAT(opened, StatusIs(absl::StatusCode::kInvalidArgument));
    const std::string message(opened.status().message());
    EXPECT_THAT(message, HasSubstr(broken));
    EXPECT_EQ(message.find(broken), message.rfind(broken)) << message;
  }
}

}  // namespace
}  // namespace lagesbild::gateway
