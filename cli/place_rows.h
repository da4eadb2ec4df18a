#ifndef LAGESBILD_CLI_PLACE_ROWS_H_
#define LAGESBILD_CLI_PLACE_ROWS_H_

#include <optional>
#include <string>

#include "cli/feature_rows.h"
#include "cli/places/place_collector.h"

// What rows with properties are as places: GeoJSON features, and records of a
// table.
namespace lagesbild::cli {

// Tells of which register a file is an extract, by a property that every row
// has. Two registers must not pass for one: a place that the new file lacks
// would be closed.
class RegisterTeller {
 public:
  void See(const nlohmann::json& properties);
  struct Register {
    std::string source;    // "school-register": part of its places' identity
    std::string property;  // that told it
  };
  // nullopt for any other file, and where nothing was seen.
  std::optional<Register> Told() const;

 private:
  int rows_ = 0;
  int schools_ = 0;
  int preschools_ = 0;
  int municipal_ = 0;         // rows of a municipality's school data
  std::string municipality_;  // that the first of them names
  bool one_municipality_ = true;
};

// Takes a row that has an id as a place. Of its properties nothing is kept but
// what a place has. The row's geometry is not looked at.
void TakeFeature(const FeatureRow& feature, std::optional<geo::LatLng> position,
                 PlaceCollector* collector);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACE_ROWS_H_
