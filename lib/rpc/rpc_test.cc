#include <grpcpp/support/validate_service_config.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/metrics.h"
#include "lib/rpc/signals.h"
#include "lib/rpc/status.h"
#include "lib/rpc/testing/probe_service.h"
#include "nlohmann/json.hpp"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::rpc {
namespace {

using ::lagesbild::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

// A client that switches on the reason would be left with free text.
TEST(StatusTest, DetailsSurviveTheWire) {
  absl::Status status =
      base::Error(absl::StatusCode::kAlreadyExists, base::kLikelyDuplicate,
                  "too near – ö", {{"candidate", "regions/r/sites/s"}});
  status = WithRetryAfter(status, absl::Milliseconds(1500));
  const absl::Status back = FromGrpc(ToGrpc(status));
  EXPECT_EQ(back, status);
  EXPECT_EQ(back.message(), "too near – ö");
  EXPECT_EQ(RetryAfter(back), absl::Milliseconds(1500));
  EXPECT_EQ(base::DetailOf(back).metadata.at("candidate"), "regions/r/sites/s");
}

TEST(StatusTest, EveryCodeKeepsItsNumber) {
  for (int code = 0; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "m");
    EXPECT_EQ(static_cast<int>(ToGrpc(status).error_code()), code);
    EXPECT_EQ(FromGrpc(ToGrpc(status)).code(), status.code());
  }
}

// As above, wherever a service says no more than a code.
TEST(StatusTest, ARefusalWithoutAReasonGetsTheGeneralOne) {
  const auto reason = [](const absl::Status& status) {
    return base::ReasonOf(FromGrpc(ToGrpc(status)));
  };
  EXPECT_EQ(reason(absl::NotFoundError("x")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(reason(absl::AlreadyExistsError("x")), "RESOURCE_EXISTS");
  EXPECT_EQ(reason(absl::FailedPreconditionError("x")), "WRONG_STATE");
  EXPECT_EQ(reason(absl::ResourceExhaustedError("x")), "LIMIT_PASSED");
  EXPECT_EQ(reason(base::InvalidField("f", "x")), base::kInvalidField);
  EXPECT_EQ(reason(absl::UnavailableError("x")), "");
}

TEST(StatusTest, ForeignAndBrokenDetailsAreLeftOut) {
  google::rpc::ErrorInfo info;
  info.set_reason("SOMETHING");
  info.set_domain("elsewhere.example");
  google::rpc::Status wire;
  wire.add_details()->PackFrom(info);
  const auto with = [](const std::string& details) {
    return FromGrpc(grpc::Status(grpc::StatusCode::ABORTED, "m", details));
  };
  EXPECT_EQ(base::ReasonOf(with(wire.SerializeAsString())), "");
  EXPECT_THAT(with("\xff\xff"), StatusIs(absl::StatusCode::kAborted));
}

// gRPC drops an answer whose trailers are larger than 8 KiB: the client would
// see another error than there was.
TEST(StatusTest, HugeErrorsAreCutToFit) {
  std::vector<base::FieldViolation> faults(1000, {"field", "fault"});
  faults[0].description = std::string(300, 'x');
  const grpc::Status wire = ToGrpc(base::InvalidFields(faults));
  EXPECT_LE(wire.error_message().size(), 1024u);
  EXPECT_LE(wire.error_details().size(), 6000u);
  EXPECT_EQ(base::DetailOf(FromGrpc(wire)).violations.size(), 20u);
  const grpc::Status wide = ToGrpc(
      base::Error(absl::StatusCode::kAborted, base::kEtagMismatch,
                  std::string(5000, 'm'), {{"k", std::string(9000, 'v')}}));
  EXPECT_LE(wide.error_details().size(), 6000u);
  EXPECT_EQ(base::ReasonOf(FromGrpc(wide)), base::kEtagMismatch);
}

// A retried write could be done twice.
TEST(ChannelTest, OnlyUnaryReadsAreRetried) {
  const std::string config = ServiceConfig({kProbe, "no.such.Service"});
  EXPECT_EQ(grpc::experimental::ValidateServiceConfigJSON(config), "");
  EXPECT_THAT(config, HasSubstr(R"("method":"Get")"));
  EXPECT_THAT(config, Not(HasSubstr("Put")));
  EXPECT_THAT(config, Not(HasSubstr("Watch")));
  EXPECT_EQ(grpc::experimental::ValidateServiceConfigJSON(ServiceConfig({})),
            "");
}

// A dashboard that cannot read the page shows nothing when it is needed.
TEST(MetricsTest, TheTextIsPrometheus) {
  Metrics metrics;
  metrics.GetCounter("c_total", "Things.", {{"a", "x\"y\n"}})->Add(3);
  EXPECT_EQ(metrics.GetCounter("c_total", "", {{"a", "x\"y\n"}})->value(), 3);
  metrics.GetGauge("g", "Level.")->Set(-2);
  Histogram* histogram = metrics.GetHistogram("h_seconds", "Time.");
  histogram->Observe(absl::Milliseconds(2));
  histogram->Observe(absl::Minutes(1));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# HELP c_total Things.\n# TYPE c_total counter\n"
                              "c_total{a=\"x\\\"y\\n\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE g gauge\ng -2\n"));
  EXPECT_THAT(text, HasSubstr("h_seconds_bucket{le=\"0.001\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("h_seconds_bucket{le=\"0.003\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("h_seconds_bucket{le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("h_seconds_sum 60.002\nh_seconds_count 2\n"));
}

std::vector<nlohmann::json> ReadLines(const std::string& path) {
  std::ifstream file(path);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(nlohmann::json::parse(line, nullptr, false));
  }
  return lines;
}

// The access log is read by programs.
TEST(AccessLogTest, EveryCallIsOneLineOfJson) {
  const testing::TempDir dir;
  const testing::FakeClock clock(absl::FromUnixMillis(1700000007042));
  std::FILE* file = std::fopen(dir.File("log").c_str(), "w");
  {
    JsonAccessLog log(file, &clock);
    for (int i = 0; i < 1000; ++i) {
      log.Write({.method = "A.B",
                 .agency = "q\"\n",
                 .code = absl::StatusCode::kNotFound,
                 .reason = "WHY",
                 .took = absl::Microseconds(1234),
                 .request_bytes = i});
    }
  }
  std::fclose(file);
  const auto lines = ReadLines(dir.File("log"));
  ASSERT_EQ(lines.size(), 1000u);
  EXPECT_EQ(lines[7].dump(),
            R"({"agency":"q??","bytes":7,"code":"NOT_FOUND","event":"call",)"
            R"("method":"A.B","ms":1.234,"reason":"WHY",)"
            R"("time":"2023-11-14T22:13:27.042Z"})");
}

// SIGTERM is how every roll-out begins.
TEST(SignalsTest, ASecondSignalEndsTheProcess) {
  const pid_t child = fork();
  if (child == 0) {
    HoldTerminationSignals();
    kill(getpid(), SIGTERM);
    if (WaitForTermination() != SIGTERM) _exit(1);
    kill(getpid(), SIGTERM);
    _exit(2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

// An operator who has a server read its files again must not end it.
TEST(SignalsTest, AHangupReloadsAndEndsNothing) {
  const pid_t child = fork();
  if (child == 0) {
    HoldTerminationSignals();
    int reloads = 0;
    kill(getpid(), SIGHUP);
    const int got = WaitForTermination([&reloads] {
      if (++reloads < 3) kill(getpid(), SIGHUP);
      if (reloads == 3) kill(getpid(), SIGTERM);
    });
    // Nor while it drains.
    kill(getpid(), SIGHUP);
    _exit(got == SIGTERM ? reloads : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 3);
}

// A start that never gets ready could only be killed.
TEST(SignalsTest, ASignalEndsAWaitThatWouldNotEnd) {
  const pid_t child = fork();
  if (child == 0) {
    HoldTerminationSignals();
    int looks = 0;
    const auto third = [&looks] { return ++looks == 3; };
    if (!HoldsBeforeTermination(third, absl::Milliseconds(1))) _exit(1);
    kill(getpid(), SIGINT);
    const auto never = [] { return false; };
    _exit(HoldsBeforeTermination(never, absl::Milliseconds(1)) ? 2 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace lagesbild::rpc
