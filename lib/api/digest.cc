#include "lib/api/digest.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "lib/base/digest.h"

namespace lagesbild::api {
namespace {

std::string Deterministic(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializePartialToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

std::string MessageDigest(const google::protobuf::Message& message,
                          const std::vector<std::string>& without) {
  const std::unique_ptr<google::protobuf::Message> copy(message.New());
  copy->CopyFrom(message);
  for (const std::string& name : without) {
    const auto* field = copy->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) copy->GetReflection()->ClearField(copy.get(), field);
  }
  return base::Sha256(absl::StrCat(message.GetDescriptor()->full_name(), "\n",
                                   Deterministic(*copy)));
}

std::string RequestDigest(const google::protobuf::Message& request) {
  return MessageDigest(request, {"request_id"});
}

}  // namespace lagesbild::api
