#ifndef LAGESBILD_LIB_RPC_COMPONENT_H_
#define LAGESBILD_LIB_RPC_COMPONENT_H_

#include <grpcpp/impl/service_type.h>

#include <string>
#include <vector>

namespace lagesbild::rpc {

// One service of the suite with all that it is made of, alike in a process of
// its own and in `lagesbild up`. It is constructed ready to serve, drained
// once, destroyed after the server; the destructor stops its threads and closes
// its ledger.
class Component {
 public:
  virtual ~Component() = default;

  // "registry": for logs and readiness.
  virtual std::string Name() const = 0;

  // What to register at the server; owned by the component.
  virtual std::vector<grpc::Service*> Services() = 0;

  // Can it answer now? Asked several times a second, from any thread; must not
  // block.
  virtual bool Ready() const = 0;

  // Ends all streams with UNAVAILABLE and refuses new ones; stops following.
  // Unary calls go on. Called once; must return within milliseconds.
  virtual void Drain() = 0;

  // Reads again what an operator may have changed in its files (SIGHUP). What
  // cannot be read is logged, and leaves what was in force. May block a little.
  virtual void Reload() {}
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_COMPONENT_H_
