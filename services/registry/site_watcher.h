#ifndef LAGESBILD_SERVICES_REGISTRY_SITE_WATCHER_H_
#define LAGESBILD_SERVICES_REGISTRY_SITE_WATCHER_H_

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/registry/test_registry.h"
#include "tests/testing/watch_auditor.h"

namespace lagesbild::registry {

// What tells one change of a message from another.
inline testing::WatchAuditor::Changes TextsOf(
    const v1::WatchSitesResponse& message) {
  testing::WatchAuditor::Changes texts;
  for (const v1::SiteChange& change : message.changes()) {
    const bool there = change.type() == watch::v1::CHANGE_TYPE_UPSERTED;
    texts.push_back(there ? "+" + change.site().name() + " " +
                                change.site().etag()
                          : "-" + change.site().name());
  }
  return texts;
}

// One stream of WatchSites, read one message at a time.
class SiteWatcher {
 public:
  SiteWatcher(TestRegistry* registry, const access::v1::Caller& caller,
              const std::string& cursor, const std::string& filter,
              testing::WatchAuditor* auditor)
      : auditor_(auditor) {
    rpc::SetCaller(caller, absl::InfiniteDuration(), &context_);
    v1::WatchSitesRequest request;
    request.set_parent(kTestRegion);
    request.set_cursor(cursor);
    request.set_filter(filter);
    if (auditor_ != nullptr) auditor_->OnStart(cursor);
    reader_ = registry->stub()->WatchSites(&context_, request);
  }
  ~SiteWatcher() {
    context_.TryCancel();
    (void)End();
  }

  // The next message; an empty one when the stream has ended.
  v1::WatchSitesResponse Next() {
    v1::WatchSitesResponse message;
    if (reader_ == nullptr || !reader_->Read(&message)) return {};
    if (auditor_ != nullptr) {
      auditor_->OnMessage(message.header(), TextsOf(message));
    }
    return message;
  }

  // The next message that is no bookmark.
  v1::WatchSitesResponse NextNews() {
    v1::WatchSitesResponse message;
    do {
      message = Next();
    } while (message.header().kind() == watch::v1::MESSAGE_KIND_BOOKMARK);
    return message;
  }

  // Reads until the snapshot is whole; what it held.
  testing::WatchAuditor::Changes ReadSnapshot() {
    testing::WatchAuditor::Changes all;
    v1::WatchSitesResponse message;
    do {
      message = Next();
      for (const auto& text : TextsOf(message)) all.push_back(text);
    } while (message.header().kind() == watch::v1::MESSAGE_KIND_SNAPSHOT);
    EXPECT_EQ(message.header().kind(),
              watch::v1::MESSAGE_KIND_SNAPSHOT_COMPLETE);
    return all;
  }

  absl::Status End() {
    if (reader_ == nullptr) return absl::OkStatus();
    v1::WatchSitesResponse message;
    while (reader_->Read(&message)) {
    }
    const absl::Status status = rpc::FromGrpc(reader_->Finish());
    reader_.reset();
    if (auditor_ != nullptr) auditor_->OnEnd();
    return status;
  }

 private:
  testing::WatchAuditor* const auditor_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchSitesResponse>> reader_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_SITE_WATCHER_H_
