#include "lib/rpc/handler.h"

#include <future>
#include <optional>
#include <stdexcept>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"
#include "lib/rpc/testing/harness.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::rpc {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A place to leave a Done for later.
struct Kept {
  base::Mutex mutex;
  CallPtr call;
  Done done;

  void Keep(CallPtr new_call, Done new_done) {
    base::MutexLock lock(&mutex);
    call = std::move(new_call);
    done = std::move(new_done);
  }
  bool has() {
    base::MutexLock lock(&mutex);
    return done != nullptr;
  }
  Done Take() {
    base::MutexLock lock(&mutex);
    return std::exchange(done, nullptr);
  }
};

// Without the line nobody could say afterwards who asked for what.
TEST(HandlerTest, EveryCallIsAnsweredCountedAndLoggedOnce) {
  Harness h;
  ASSERT_THAT(h.Start(), IsOk());
  Record record;
  grpc::ClientContext context;
  EXPECT_THAT(h.Get(&record, &context), IsOk());
  EXPECT_EQ(record.name(), "n");
  EXPECT_THAT(h.log.lines(), ElementsAre("call Probe.Get police-a OK  3"));
  EXPECT_THAT(h.metrics.Text(),
              HasSubstr("lagesbild_rpc_calls_total{code=\"OK\",method=\"Probe."
                        "Get\"} 1\n"));
}

// A bug in one handler would hang or mislead its callers, or print a payload.
TEST(HandlerTest, WhatAHandlerThrowsIsInternalAndSaysNothing) {
  for (const bool standard : {true, false}) {
    Harness h;
    h.setup = [&](ProbeService* service) {
      service->get = [&](const CallPtr&, const GetRequest&, Record*, Done) {
        if (standard) throw std::runtime_error("811218-9876");
        throw 7;
      };
    };
    ASSERT_THAT(h.Start(), IsOk());
    const absl::Status status = h.Get();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal));
    EXPECT_THAT(status.ToString(), Not(HasSubstr("811218")));
    EXPECT_THAT(h.log.text(), HasSubstr("handler threw method=Probe.Get"));
    EXPECT_THAT(h.log.text(), Not(HasSubstr("811218")));
  }
}

TEST(HandlerTest, AReadFromMemoryAnswersAtOnce) {
  Harness h;
  h.setup = [](ProbeService* service) {
    service->get_now = [](Call& call, const GetRequest& request,
                          Record* record) {
      if (request.name() != "n") throw 7;
      record->set_name(call.caller().agency());
      return absl::OkStatus();
    };
  };
  ASSERT_THAT(h.Start(), IsOk());
  Record record;
  grpc::ClientContext context;
  EXPECT_THAT(h.Get(&record, &context), IsOk());
  EXPECT_EQ(record.name(), "police-a");
  grpc::ClientContext other;
  SetCaller(PoliceCaller(), kTestDeadline, &other);
  EXPECT_EQ(h.stub->Get(&other, GetRequest(), &record).error_code(),
            grpc::StatusCode::INTERNAL);
}

// A misspelt name must not be a hole in the policy.
TEST(HandlerTest, AMethodThatTheWrapperDoesNotKnowIsNotServed) {
  Harness h;
  h.setup = [](ProbeService* service) { service->get_name = "Probe.Gte"; };
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_THAT(h.Get(), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(h.log.text(), HasSubstr("call unknown  INTERNAL"));
}

TEST(HandlerTest, AForgottenAnswerIsInternal) {
  Harness h;
  h.setup = [](ProbeService* service) {
    service->get = [](const CallPtr&, const GetRequest&, Record*, Done) {};
  };
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_THAT(h.Get(), StatusIs(absl::StatusCode::kInternal));
}

TEST(HandlerTest, TheFirstAnswerCounts) {
  Harness h;
  h.setup = [](ProbeService* service) {
    service->get = [](const CallPtr&, const GetRequest&, Record*, Done done) {
      const Done copy = done;
      copy(absl::NotFoundError("no"));
      done(absl::OkStatus());
      throw std::runtime_error("after the answer");
    };
  };
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_THAT(h.Get(), StatusIs(absl::StatusCode::kNotFound));
}

// A client that goes away must not leave a server that cannot stop.
TEST(HandlerTest, ACancelledCallIsStillFinished) {
  Harness h;
  Kept kept;
  h.setup = [&](ProbeService* service) {
    service->get = [&](CallPtr call, const GetRequest&, Record*, Done done) {
      kept.Keep(std::move(call), std::move(done));
    };
  };
  ASSERT_THAT(h.Start(), IsOk());
  grpc::ClientContext context;
  std::thread client([&] {
    Record record;
    EXPECT_THAT(h.Get(&record, &context),
                StatusIs(absl::StatusCode::kCancelled));
  });
  ASSERT_TRUE(Eventually([&] { return kept.has(); }));
  context.TryCancel();
  client.join();
  EXPECT_TRUE(Eventually([&] { return kept.call->Cancelled(); }));
  kept.Take()(absl::OkStatus());
  h.Stop();
}

// A client without a deadline would wait for ever for a handler that hangs, and
// what the handler does at last would be done to freed memory.
TEST(HandlerTest, AHandlerThatOutlivesTheBudgetIsAnsweredFor) {
  Record* response = nullptr;
  lagesbild::testing::FakeClock clock;
  Harness h;
  Kept kept;
  h.options.clock = &clock;
  h.setup = [&](ProbeService* service) {
    service->get = [&](CallPtr call, const GetRequest&, Record* record,
                       Done done) {
      response = record;
      kept.Keep(std::move(call), std::move(done));
    };
  };
  ASSERT_THAT(h.Start(), IsOk());
  std::thread client([&] {
    grpc::ClientContext context;
    SetCaller(PoliceCaller(), absl::InfiniteDuration(), &context);
    Record record;
    EXPECT_THAT(FromGrpc(h.stub->Get(&context, GetRequest(), &record)),
                StatusIs(absl::StatusCode::kDeadlineExceeded));
  });
  ASSERT_TRUE(Eventually([&] { return kept.has(); }));
  clock.Advance(kDefaultBudget);
  client.join();
  EXPECT_TRUE(kept.call->Cancelled());
  response->set_name("late");
  kept.call->SetConsistencyToken({});
  kept.call->NewClientContext();
  kept.Take()(absl::OkStatus());
  EXPECT_THAT(h.log.lines(),
              ElementsAre("call Probe.Get police-a DEADLINE_EXCEEDED  0"));
}

// What a handler works on when a service closes would be pulled from under it.
TEST(HandlerTest, ItIsIdleWhenNobodyWorksOnAnAnsweredCallAnyMore) {
  Harness h;
  Kept kept;
  h.setup = [&](ProbeService* service) {
    service->get = [&](CallPtr call, const GetRequest&, Record*, Done done) {
      done(absl::OkStatus());
      kept.Keep(std::move(call), std::move(done));
    };
  };
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_THAT(h.Get(), IsOk());
  ASSERT_TRUE(Eventually([&] { return kept.has(); }));
  auto idle = std::async(std::launch::async, [&] { h.handlers->AwaitIdle(); });
  EXPECT_EQ(idle.wait_for(std::chrono::milliseconds(50)),
            std::future_status::timeout);
  kept.Take();
  kept.call.reset();
  EXPECT_EQ(idle.wait_for(absl::ToChronoSeconds(kTestDeadline)),
            std::future_status::ready);
}

// A call without end would hold its place for ever.
TEST(HandlerTest, TheBudgetIsClamped) {
  struct Case {
    std::optional<absl::Duration> sent;
    absl::Duration most;
    absl::Duration least;
  };
  for (const Case& c :
       {Case{std::nullopt, kDefaultBudget, absl::Seconds(2)},
        Case{absl::Hours(1), kMaxBudget, absl::Seconds(20)},
        // The wire rounds timeouts up.
        Case{absl::Seconds(10), absl::Seconds(11), absl::Seconds(5)}}) {
    Harness h;
    absl::Duration seen;
    h.setup = [&](ProbeService* service) {
      service->get = [&](const CallPtr& call, const GetRequest&, Record*,
                         Done done) {
        seen = call->Remaining();
        done(absl::OkStatus());
      };
    };
    ASSERT_THAT(h.Start(), IsOk());
    grpc::ClientContext context;
    SetCaller(PoliceCaller(), c.sent.value_or(absl::InfiniteDuration()),
              &context);
    Record record;
    ASSERT_TRUE(h.stub->Get(&context, GetRequest(), &record).ok());
    EXPECT_LE(seen, c.most);
    EXPECT_GT(seen, c.least);
  }
}

// Whoever is not named, or not allowed, must get nothing.
TEST(HandlerTest, WithoutCallerOrPolicyEverythingIsRefused) {
  Harness h;
  h.options.policy = [](const google::protobuf::MethodDescriptor& method,
                        const access::v1::Caller& caller) {
    EXPECT_EQ(method.full_name(), "lagesbild.testing.v1.Probe.Get");
    EXPECT_EQ(caller.agency(), "police-a");
    return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                       "no");
  };
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_THAT(h.Get(),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
  grpc::ClientContext anonymous;
  Record record;
  EXPECT_THAT(FromGrpc(h.stub->Get(&anonymous, GetRequest(), &record)),
              ErrorIs(absl::StatusCode::kUnauthenticated, base::kNoCredential));
  EXPECT_THAT(h.log.lines(),
              ElementsAre("call Probe.Get police-a PERMISSION_DENIED "
                          "NOT_ALLOWED 3",
                          "call Probe.Get  UNAUTHENTICATED NO_CREDENTIAL 0"));
}

TEST(HandlerTest, AnUnconfiguredServerRefusesAll) {
  Harness h;
  h.options.policy = nullptr;
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_THAT(h.Get(),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
}

TEST(HandlerTest, AThrowingPolicyRefuses) {
  Harness h;
  h.options.policy = [](const auto&, const auto&) -> absl::Status {
    throw std::runtime_error("x");
  };
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_THAT(h.Get(), StatusIs(absl::StatusCode::kInternal));
}

TEST(HandlerTest, InProcessCallersAreTrustedOnlyWhereTheServerSaysSo) {
  Harness h;
  h.options.identify = SuiteIdentity({{"gateway"}, false});
  ASSERT_THAT(h.Start(), IsOk());
  EXPECT_THAT(h.Get(), ErrorIs(absl::StatusCode::kUnauthenticated,
                               base::kBadCredential));
}

TEST(HandlerTest, AnOpenPortIsNoInProcessChannel) {
  Harness h;
  h.server_options.address = "127.0.0.1:0";
  h.server_options.credentials = grpc::InsecureServerCredentials();
  ASSERT_THAT(h.Start(), IsOk());
  h.stub =
      Probe::NewStub(MakeChannel({absl::StrCat("127.0.0.1:", h.server->port()),
                                  grpc::InsecureChannelCredentials(),
                                  "",
                                  {}}));
  EXPECT_THAT(h.Get(), ErrorIs(absl::StatusCode::kUnauthenticated,
                               base::kBadCredential));
}

// What an error says must be for programs too, whatever its size.
TEST(HandlerTest, ErrorDetailsAndTrailersReachTheClient) {
  Harness h;
  h.setup = [](ProbeService* service) {
    service->get = [](const CallPtr& call, const GetRequest&, Record*,
                      Done done) {
      access::v1::ConsistencyToken token;
      token.add_positions()->set_revision(7);
      call->SetConsistencyToken(token);
      std::vector<base::FieldViolation> faults(
          500, {std::string(90, 'f'), std::string(300, 'd')});
      done(WithRetryAfter(base::InvalidFields(faults), absl::Seconds(3)));
    };
  };
  ASSERT_THAT(h.Start(), IsOk());
  Record record;
  grpc::ClientContext context;
  const absl::Status status = h.Get(&record, &context);
  EXPECT_THAT(status,
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
  EXPECT_GT(base::DetailOf(status).violations.size(), 5u);
  EXPECT_EQ(RetryAfter(status), absl::Seconds(3));
  const auto token =
      access::DecodeConsistencyToken(ConsistencyTokenOf(context));
  ASSERT_THAT(token, IsOk());
  EXPECT_EQ(token->positions(0).revision(), 7);
}

}  // namespace
}  // namespace lagesbild::rpc
