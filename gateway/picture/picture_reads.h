#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_READS_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_READS_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/picture/picture_as_of.h"
#include "gateway/picture/picture_deps.h"
#include "lagesbild/picture/v1/picture.pb.h"
#include "lib/api/time.h"
#include "lib/rpc/call.h"

namespace lagesbild::gateway {

// Pictures of the past that may be put together at the same time: each holds a
// whole region in memory.
inline constexpr int kMaxPastPictures = 8;

// One GetPicture call. Copies share it.
struct PictureCall {
  rpc::CallPtr call;
  const picture::v1::GetPictureRequest* request;
  picture::v1::Picture* response;
  rpc::Done done;
};

// Answers GetPicture: the picture of now from memory, one of the past from the
// services' own histories. Nothing here blocks. Thread-safe; outlives its
// calls.
class PictureReads {
 public:
  explicit PictureReads(PictureDeps deps);

  void Get(const PictureCall& get);

 private:
  void GetNow(const PictureCall& get);
  void CaughtUp(const PictureCall& get, absl::Time moment,
                const absl::Status& reached);
  absl::Status AnswerNow(const PictureCall& get) const;
  void GetPast(const PictureCall& get, const api::AsOf& as_of);
  void AnswerPast(const PictureCall& get, const access::v1::AsOf& as_of,
                  absl::StatusOr<AssembledPicture> picture);

  absl::Status CheckAsOf(const api::AsOf& as_of) const;
  absl::Time Moment() const;
  Inquiry InquiryFor(const PictureCall& get, absl::Duration within) const;
  absl::Status Fill(const PictureCall& get, const access::v1::AsOf& as_of,
                    const AssembledPicture& picture) const;
  absl::Status FillPage(const PictureCall& get,
                        const std::vector<SituationPtr>& situations) const;

  const PictureDeps deps_;
  const std::string parent_;  // "regions/{region}"
  std::atomic<int> past_pictures_ = 0;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_READS_H_
