#ifndef LAGESBILD_BENCH_NEAR_NEAR_SERVER_H_
#define LAGESBILD_BENCH_NEAR_NEAR_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bench/load.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/geo/geometry.h"
#include "lib/geo/units.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/server.h"
#include "services/proximity/proximity_component.h"
#include "services/registry/test_registry.h"

namespace lagesbild::bench {

// Proximity as proximityd has it, with log, metrics, policy and caller, that
// holds these places; asked over loopback, without TLS as its peers are. What
// goes wrong ends the program.
class NearServer {
 public:
  explicit NearServer(const std::vector<geo::LatLng>& places);
  ~NearServer();

  // Calls of FindPlacesNear a second, so many under way at once: each for the
  // places within the radius of one of `around`, in turn, whole and with their
  // distances, the nearest first.
  double NearPerSecond(const std::vector<geo::LatLng>& around,
                       geo::Meters radius, int outstanding,
                       absl::Duration duration) const;
  // How many it finds for all of them.
  std::int64_t CountNear(const std::vector<geo::LatLng>& around,
                         geo::Meters radius) const;

 private:
  void Import(const std::vector<geo::LatLng>& places);

  const base::SystemClock clock_{};
  base::RandomIds ids_;
  std::FILE* const log_;
  rpc::JsonAccessLog access_log_{log_, &clock_};
  base::JsonLogger logger_{log_, &clock_};
  rpc::Metrics metrics_;
  std::unique_ptr<ledger::Ledger> registry_ledger_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<registry::TestRegistry> registry_;
  std::unique_ptr<proximity::ProximityComponent> component_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_NEAR_NEAR_SERVER_H_
