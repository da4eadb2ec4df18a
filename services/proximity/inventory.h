#ifndef LAGESBILD_SERVICES_PROXIMITY_INVENTORY_H_
#define LAGESBILD_SERVICES_PROXIMITY_INVENTORY_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "lib/base/civil_date.h"
#include "lib/base/mutex.h"
#include "lib/geo/spatial_index.h"
#include "services/proximity/positions.h"
#include "services/proximity/proximity.h"

namespace lagesbild::proximity {

// All that proximity knows at one moment, indexed for derivation: places, sites
// and exposures by id, places and sites by where they lie. Records are
// immutable and shared, so that a reader can take them away.
//
// Const methods may run at the same time; a change needs it to itself.
class Inventory {
 public:
  template <typename T>
  using ById = absl::btree_map<std::string, std::shared_ptr<const T>>;
  using Ids = absl::btree_set<std::string>;

  void PutPlace(Place place);
  void RemovePlace(const std::string& id);
  // The geometry is a valid one.
  void PutSite(Site site);
  void RemoveSite(const std::string& id);
  // `id` is its ExposureId.
  void PutExposure(const std::string& id, Exposure exposure);
  void RemoveExposure(const std::string& id);
  void PutMunicipality(const std::string& id, Municipality municipality);
  void RemoveMunicipality(const std::string& id);
  void PutLayer(Layer layer);
  void RemoveLayer(const std::string& id);
  void PutExtract(Extract extract);

  const ById<Place>& places() const { return places_; }
  const ById<Site>& sites() const { return sites_; }
  const ById<Exposure>& exposures() const { return exposures_; }
  // By the registry's id of the area.
  const std::map<std::string, Municipality>& municipalities() const {
    return municipalities_;
  }
  // Those of the date. Made at the first question about it, which takes
  // milliseconds, and kept until another date's is asked for.
  std::shared_ptr<const MunicipalityMap> MunicipalitiesOn(
      base::Date date) const {
    return map_.On(date, municipalities_);
  }
  const std::map<std::string, Layer>& layers() const { return layers_; }

  // Of the source's extract that was imported last, where that was noted.
  std::optional<base::Date> ExtractOf(const std::string& source) const;

  // Null when there is none. Not by the maps above, which are ten comparisons
  // deep and more.
  std::shared_ptr<const Place> FindPlace(const std::string& id) const;
  std::shared_ptr<const Site> FindSite(const std::string& id) const;

  // Ids of the exposures of one site or place, in order.
  const Ids& ExposuresOfSite(const std::string& site) const;
  const Ids& ExposuresOfPlace(const std::string& place) const;

  // Ids of the places that stand on the point, also of those that have ended.
  const Ids& PlacesAt(const PointKey& point) const;

  // Of all places; a place farther than a radius by more than this lies outside
  // it for sure.
  geo::Meters widest_margin() const;

  const geo::SpatialIndex& place_index() const { return place_index_; }
  const geo::SpatialIndex& site_index() const { return site_index_; }

 private:
  // By the id in the record itself.
  template <typename T>
  using Lookup =
      absl::flat_hash_map<absl::string_view, std::shared_ptr<const T>>;

  ById<Place> places_;
  Lookup<Place> place_of_;
  ById<Site> sites_;
  Lookup<Site> site_of_;
  ById<Exposure> exposures_;
  // The map made last. A copy shares it. Thread-safe but for Forget.
  class KeptMap {
   public:
    KeptMap() = default;
    KeptMap(const KeptMap& other) : map_(other.Get()) {}
    KeptMap& operator=(const KeptMap& other) {
      if (this != &other) Set(other.Get());
      return *this;
    }

    std::shared_ptr<const MunicipalityMap> On(
        base::Date date,
        const std::map<std::string, Municipality>& municipalities) const;
    void Forget() { Set(nullptr); }

   private:
    using Ptr = std::shared_ptr<const MunicipalityMap>;
    Ptr Get() const;
    void Set(Ptr map) const;

    mutable base::Mutex mutex_;
    mutable Ptr map_ ABSL_GUARDED_BY(mutex_);
  };

  std::map<std::string, Municipality> municipalities_;
  KeptMap map_;
  std::map<std::string, Layer> layers_;
  std::map<std::string, base::Date> extracts_;  // by source
  geo::SpatialIndex place_index_;
  geo::SpatialIndex site_index_;
  absl::flat_hash_map<std::string, Ids> of_site_;
  absl::flat_hash_map<std::string, Ids> of_place_;
  absl::flat_hash_map<PointKey, Ids> at_point_;
  absl::btree_map<geo::Meters, int> margins_;  // how many places have each
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_INVENTORY_H_
