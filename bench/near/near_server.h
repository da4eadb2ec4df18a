#ifndef LAGESBILD_BENCH_NEAR_NEAR_SERVER_H_
#define LAGESBILD_BENCH_NEAR_NEAR_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bench/open_host.h"
#include "lib/geo/geometry.h"
#include "lib/geo/units.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/server.h"
#include "services/proximity/proximity_component.h"
#include "services/registry/test_registry.h"

namespace lagesbild::bench {

// Proximity on an OpenHost, that holds these places. What goes wrong ends the
// program.
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
  void ImportFile(const std::string& source,
                  absl::Span<const geo::LatLng> places);

  OpenHost host_;
  std::unique_ptr<ledger::Ledger> registry_ledger_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<registry::TestRegistry> registry_;
  std::unique_ptr<proximity::ProximityComponent> component_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_NEAR_NEAR_SERVER_H_
