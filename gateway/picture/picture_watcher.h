#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_WATCHER_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_WATCHER_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/gateway_fixture.h"
#include "gateway/picture/picture_state.h"
#include "gateway/picture/visible.h"
#include "lagesbild/picture/v1/picture.grpc.pb.h"
#include "tests/testing/watcher.h"

// For tests: somebody who keeps a picture of its own by WatchPicture.
namespace lagesbild::gateway {

// Situations by name, as bytes.
using Mirror = std::map<std::string, std::string>;

// Who watches, and what.
struct PictureFilter {
  std::string agency = "police";
  std::vector<std::string> areas = {};
  absl::Duration token_lifetime = absl::Hours(1);
};

// What somebody may be shown of the picture's ledger, read from its history.
inline testing::WatchTruth TruthOf(ledger::Ledger* ledger,
                                   const access::v1::Caller& caller,
                                   const PictureFilter& filter) {
  const std::set<std::string> areas(filter.areas.begin(), filter.areas.end());
  auto redactor = std::make_shared<access::Redactor>();
  return testing::TruthOf(
      [=](ledger::Revision at) {
        Mirror shown;
        const auto versions = ledger->ReadHistory(kSituationPrefix, at);
        EXPECT_THAT(versions, testing::IsOk());
        for (const ledger::Version& version : *versions) {
          picture::v1::Situation situation;
          EXPECT_TRUE(situation.ParseFromString(*version.value));
          if (!InAreas(situation, areas)) continue;
          shown[situation.name()] =
              VisibleSituation(situation, caller, *redactor)
                  .SerializeAsString();
        }
        return shown;
      },
      ledger);
}

class PictureWatcher {
 public:
  using Response = picture::v1::WatchPictureResponse;

  // `token` gives what is put into `authorization`.
  PictureWatcher(std::shared_ptr<grpc::Channel> door, PictureFilter filter,
                 std::function<std::string()> token, testing::WatchTruth truth)
      : stub_(picture::v1::RegionalPicture::NewStub(std::move(door))),
        filter_(std::move(filter)),
        token_(std::move(token)),
        stream_(
            [this](auto* context, const std::string& cursor) {
              return Open(context, cursor);
            },
            [this](const Response& message) { return Take(message); },
            std::move(truth), {}) {}

  testing::Watcher<Response>& stream() { return stream_; }
  const Mirror& mirror() const { return mirror_; }
  // Snapshots that were completed.
  int snapshots() const { return snapshots_; }
  // Changes of one situation that came after a snapshot.
  int ChangesOf(const std::string& situation) const {
    const auto found = changes_.find(situation);
    return found == changes_.end() ? 0 : found->second;
  }

 private:
  std::unique_ptr<grpc::ClientReader<Response>> Open(
      grpc::ClientContext* context, const std::string& cursor) {
    context->AddMetadata("authorization", "Bearer " + token_());
    picture::v1::WatchPictureRequest request;
    request.set_name(registry::kTestRegion);
    request.set_cursor(cursor);
    request.mutable_areas()->Add(filter_.areas.begin(), filter_.areas.end());
    return stub_->WatchPicture(context, request);
  }

  testing::WatchAuditor::Changes Take(const Response& message) {
    const watch::v1::MessageKind kind = message.header().kind();
    if (kind == watch::v1::MESSAGE_KIND_SNAPSHOT_COMPLETE) ++snapshots_;
    testing::WatchAuditor::Changes texts;
    for (const picture::v1::SituationChange& change : message.changes()) {
      if (kind == watch::v1::MESSAGE_KIND_CHANGE) {
        ++changes_[change.situation().name()];
      }
      texts.push_back(Apply(change));
    }
    return texts;
  }

  std::string Apply(const picture::v1::SituationChange& change) {
    const std::string& name = change.situation().name();
    if (change.type() == watch::v1::CHANGE_TYPE_REMOVED) {
      mirror_.erase(name);
      return testing::Removed(name);
    }
    mirror_[name] = change.situation().SerializeAsString();
    return testing::Upserted(name, mirror_[name]);
  }

  const std::unique_ptr<picture::v1::RegionalPicture::Stub> stub_;
  const PictureFilter filter_;
  const std::function<std::string()> token_;
  Mirror mirror_;
  std::map<std::string, int> changes_;
  int snapshots_ = 0;
  testing::Watcher<Response> stream_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_WATCHER_H_
