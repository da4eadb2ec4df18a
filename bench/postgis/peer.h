#ifndef LAGESBILD_BENCH_POSTGIS_PEER_H_
#define LAGESBILD_BENCH_POSTGIS_PEER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/postgis/postgis.h"
#include "lib/geo/geometry.h"

namespace lagesbild::bench {

// (place in a, place in b), sorted.
using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

// Tables of geography in a PostGIS of its own, and joins of two of them by
// ST_DWithin. What goes wrong ends the program.
class Peer {
 public:
  Peer();

  // Makes a table with a GiST index; not part of any time.
  void Load(const std::string& table, const std::vector<geo::LatLng>& points);
  void Load(const std::string& table,
            const std::vector<geo::Geometry>& polygons);

  // Counts the pairs within the radius; the time is the server's own. Ends the
  // program where the join goes by no index.
  struct Timed {
    std::int64_t pairs;
    double seconds;
  };
  Timed Join(const std::string& a, const std::string& b,
             geo::Meters radius) const;
  // How far apart two members are, in metres, in its words: the polygon taken
  // whole, as ST_DWithin does, and the least of its edges taken one by one. It
  // finds the nearest edge of the whole on a sphere, and so not always.
  struct Apart {
    double whole;
    double by_edges;
  };
  Apart Measure(const std::string& a, const std::string& b,
                const Pairs::value_type& pair) const;
  // Queries a second, of which each, by one of so many clients, asks for what
  // in `b` lies within the radius of a random member of `a`, the nearest first.
  double NearPerSecond(const std::string& a, int members, const std::string& b,
                       geo::Meters radius, int clients,
                       absl::Duration duration) const;
  Pairs JoinedPairs(const std::string& a, const std::string& b,
                    geo::Meters radius) const;

 private:
  void LoadFile(const std::string& table, const std::string& file);

  std::string Run(const std::string& script) const;
  // Ends the program where the query goes by no index.
  void CheckPlan(const std::string& query) const;

  const std::unique_ptr<PostGis> postgis_;
};

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_POSTGIS_PEER_H_
