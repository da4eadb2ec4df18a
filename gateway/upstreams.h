#ifndef LAGESBILD_GATEWAY_UPSTREAMS_H_
#define LAGESBILD_GATEWAY_UPSTREAMS_H_

#include <grpcpp/grpcpp.h>

#include <memory>

namespace lagesbild::gateway {

// Channels to the four services.
struct Upstreams {
  std::shared_ptr<grpc::Channel> registry;
  std::shared_ptr<grpc::Channel> proximity;
  std::shared_ptr<grpc::Channel> interventions;
  std::shared_ptr<grpc::Channel> notifications;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_UPSTREAMS_H_
