#include "bench/load.h"

#include <atomic>
#include <chrono>
#include <utility>
#include <vector>

#include "bench/must.h"
#include "lib/base/mutex.h"
#include "lib/rpc/channel.h"

namespace lagesbild::bench {
namespace {

constexpr absl::Duration kCallBudget = absl::Seconds(10);

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::string bytes;
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// One of the outstanding calls: when it is answered, the next one starts.
class Load {
 public:
  Load(std::shared_ptr<grpc::Channel> channel, const LoadOptions& options)
      : options_(options), stub_(std::move(channel)) {
    for (const std::string& request : options.requests) {
      requests_.push_back(ToBuffer(request));
    }
  }

  LoadResult Run() {
    const auto begin = std::chrono::steady_clock::now();
    end_ = begin + absl::ToChronoNanoseconds(options_.duration);
    under_way_ = options_.outstanding;
    for (int i = 0; i < options_.outstanding; ++i) Next();
    {
      base::MutexLock lock(&mutex_);
      while (under_way_ > 0) idle_.Wait(&mutex_);
    }
    const std::chrono::duration<double> took =
        std::chrono::steady_clock::now() - begin;
    result_.calls_per_second = static_cast<double>(done_) / took.count();
    result_.failed = failed_;
    return result_;
  }

 private:
  struct OneCall {
    grpc::ClientContext context;
    grpc::ByteBuffer response;
  };

  void Next() {
    auto call = std::make_shared<OneCall>();
    rpc::SetCaller(options_.caller, kCallBudget, &call->context);
    const grpc::ByteBuffer& request = requests_[begun_++ % requests_.size()];
    stub_.UnaryCall(
        &call->context, options_.path, {}, &request, &call->response,
        [this, call](const grpc::Status& status) { Answered(*call, status); });
  }

  void Answered(const OneCall& call, const grpc::Status& status) {
    ++done_;
    if (!status.ok()) ++failed_;
    if (std::chrono::steady_clock::now() < end_) return Next();
    base::MutexLock lock(&mutex_);
    result_.response = ToString(call.response);
    if (--under_way_ == 0) idle_.Signal();
  }

  const LoadOptions& options_;
  std::vector<grpc::ByteBuffer> requests_;
  grpc::GenericStub stub_;
  std::chrono::steady_clock::time_point end_;
  std::atomic<std::size_t> begun_ = 0;
  std::atomic<std::int64_t> done_ = 0;
  std::atomic<std::int64_t> failed_ = 0;
  base::Mutex mutex_;
  base::CondVar idle_;
  std::atomic<int> under_way_ = 0;
  LoadResult result_;
};

}  // namespace

LoadResult RunLoad(std::shared_ptr<grpc::Channel> channel,
                   const LoadOptions& options) {
  if (options.requests.empty()) {
    Must(absl::InvalidArgumentError("nothing to ask for"));
  }
  return Load(std::move(channel), options).Run();
}

}  // namespace lagesbild::bench
