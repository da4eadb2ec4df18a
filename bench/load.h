#ifndef LAGESBILD_BENCH_LOAD_H_
#define LAGESBILD_BENCH_LOAD_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"

namespace lagesbild::bench {

// What is asked for, again and again.
struct LoadOptions {
  std::string path;  // "/lagesbild.registry.v1.SiteRegistry/GetSite"
  std::vector<std::string> requests;  // in turn; at least one
  access::v1::Caller caller;
  int outstanding = 64;
  absl::Duration duration = absl::Seconds(2);
};

// What came of it.
struct LoadResult {
  double calls_per_second = 0;
  std::int64_t failed = 0;
  std::string response;  // of the last call
};

// Keeps `outstanding` calls under way over `channel` for `duration`.
LoadResult RunLoad(std::shared_ptr<grpc::Channel> channel,
                   const LoadOptions& options);

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_LOAD_H_
