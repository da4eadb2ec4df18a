#include "lib/access/etag.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "lib/access/base64url.h"
#include "lib/access/visibility.h"
#include "lib/base/digest.h"

namespace lagesbild::access {
namespace {

// 128 bits are enough against chance and against a searcher.
constexpr size_t kEtagBytes = 16;

}  // namespace

std::string Etag(const google::protobuf::Message& message,
                 const v1::Caller& caller, const Redactor& redactor) {
  const std::unique_ptr<google::protobuf::Message> seen(message.New());
  seen->CopyFrom(message);
  redactor.Redact(caller, seen.get());
  const google::protobuf::Descriptor* type = seen->GetDescriptor();
  if (const auto* etag = type->FindFieldByName("etag")) {
    seen->GetReflection()->ClearField(seen.get(), etag);
  }
  const std::string digest = base::Sha256(
      absl::StrCat(type->full_name(), "\n", DeterministicBytes(*seen)));
  return EncodeBase64Url(digest.substr(0, kEtagBytes));
}

}  // namespace lagesbild::access
