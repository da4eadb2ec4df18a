#include "cli/request_id.h"

#include "absl/strings/str_cat.h"
#include "lib/base/ids.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

bool LeavesOpen(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable ||
         code == absl::StatusCode::kDeadlineExceeded ||
         code == absl::StatusCode::kCancelled ||
         code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kInternal;
}

}  // namespace

void RequestIdFlag::AddTo(rpc::Flags* flags) {
  flags->Add("request-id",
             "a repeat with the same one finds what the first did; empty: a "
             "new one",
             &value_);
}

const std::string& RequestIdFlag::value() {
  if (value_.empty()) value_ = base::RandomIds().NewId();
  return value_;
}

absl::Status RequestIdFlag::Explained(const absl::Status& status) {
  if (!LeavesOpen(status.code())) return status;
  return base::WithDetail(
      absl::Status(status.code(),
                   absl::StrCat(status.message(),
                                "; it may have been done all the same: repeat "
                                "it with --request-id ",
                                value())),
      base::DetailOf(status));
}

}  // namespace lagesbild::cli
