#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WATCHER_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WATCHER_H_

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/interventions/test_interventions.h"
#include "services/registry/test_registry.h"
#include "tests/testing/waiting.h"
#include "tests/testing/watch_auditor.h"

namespace lagesbild::interventions {

// For tests: one stream, read one message at a time and audited to its end.
template <typename Request, typename Response>
class Watcher {
 public:
  using Reader = grpc::ClientReader<Response>;
  using Open = std::unique_ptr<Reader> (TestInterventions::Stub::*)(
      grpc::ClientContext*, const Request&);

  Watcher(TestInterventions* interventions, const access::v1::Caller& caller,
          Open open) {
    rpc::SetCaller(caller, testing::kPatience, &context_);
    Request request;
    request.set_parent(registry::kTestRegion);
    auditor_.OnStart("");
    reader_ = (interventions->stub()->*open)(&context_, request);
  }
  ~Watcher() {
    context_.TryCancel();
    Response message;
    while (reader_->Read(&message)) {
    }
    (void)reader_->Finish();
    auditor_.OnEnd();
    EXPECT_THAT(auditor_.Finish(), ::testing::IsEmpty());
  }

  // The next message that tells of a change; an empty one when the stream has
  // ended.
  Response NextNews() {
    Response message;
    while (reader_->Read(&message)) {
      testing::WatchAuditor::Changes texts;
      for (const auto& change : message.changes()) {
        texts.push_back(change.SerializeAsString());
      }
      auditor_.OnMessage(message.header(), texts);
      if (message.changes_size() > 0) return message;
    }
    return {};
  }

 private:
  testing::WatchAuditor auditor_;
  grpc::ClientContext context_;
  std::unique_ptr<Reader> reader_;
};

using GapWatcher =
    Watcher<v1::WatchCoverageGapsRequest, v1::WatchCoverageGapsResponse>;
using InterventionWatcher =
    Watcher<v1::WatchInterventionsRequest, v1::WatchInterventionsResponse>;

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WATCHER_H_
