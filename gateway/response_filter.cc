#include "gateway/response_filter.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <memory>

namespace lagesbild::gateway {
namespace {

absl::Status Broken() {
  return absl::InternalError("a service's answer could not be read");
}

absl::Status Parse(grpc::ByteBuffer* bytes,
                   google::protobuf::Message* message) {
  // Deserialize consumes its input.
  const grpc::Status status =
      grpc::SerializationTraits<google::protobuf::Message>::Deserialize(
          bytes, message);
  return status.ok() ? absl::OkStatus() : Broken();
}

absl::Status Serialize(const google::protobuf::Message& message,
                       grpc::ByteBuffer* bytes) {
  bool own_buffer;
  const grpc::Status status =
      grpc::SerializationTraits<google::protobuf::Message>::Serialize(
          message, bytes, &own_buffer);
  return status.ok() ? absl::OkStatus() : Broken();
}

}  // namespace

absl::Status FilterResponse(const access::Redactor& redactor,
                            const access::v1::Caller& caller,
                            Contracts contracts,
                            const google::protobuf::Message& prototype,
                            grpc::ByteBuffer* bytes) {
  if (contracts == Contracts::kSame &&
      redactor.PassesUntouched(prototype.GetDescriptor(), caller)) {
    return absl::OkStatus();
  }
  const std::unique_ptr<google::protobuf::Message> message(prototype.New());
  if (absl::Status parsed = Parse(bytes, message.get()); !parsed.ok()) {
    return parsed;
  }
  redactor.Redact(caller, message.get());
  message->DiscardUnknownFields();
  bytes->Clear();
  return Serialize(*message, bytes);
}

}  // namespace lagesbild::gateway
