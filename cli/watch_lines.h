#ifndef LAGESBILD_CLI_WATCH_LINES_H_
#define LAGESBILD_CLI_WATCH_LINES_H_

#include <string>

#include "lagesbild/interventions/v1/interventions.pb.h"
#include "lagesbild/notifications/v1/alert.pb.h"
#include "lagesbild/picture/v1/picture.pb.h"
#include "lagesbild/proximity/v1/exposure.pb.h"
#include "lagesbild/proximity/v1/layer.pb.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lagesbild/watch/v1/watch.pb.h"

namespace lagesbild::cli {

// A change of a watch on one line for people: when it was recorded (nothing in
// the first picture), "there", "changed" or "gone" (of exposures "entered",
// "changed" or "left"), and the record in short:
// its name, its municipality and where it stands.
std::string WatchLine(const watch::v1::WatchHeader& header,
                      const registry::v1::SiteChange& change);
std::string WatchLine(const watch::v1::WatchHeader& header,
                      const proximity::v1::PlaceChange& change);
std::string WatchLine(const watch::v1::WatchHeader& header,
                      const proximity::v1::LayerChange& change);
std::string WatchLine(const watch::v1::WatchHeader& header,
                      const proximity::v1::ExposureChange& change);
std::string WatchLine(const watch::v1::WatchHeader& header,
                      const interventions::v1::InterventionChange& change);
std::string WatchLine(const watch::v1::WatchHeader& header,
                      const interventions::v1::CoverageGapChange& change);
std::string WatchLine(const watch::v1::WatchHeader& header,
                      const notifications::v1::AlertChange& change);
std::string WatchLine(const watch::v1::WatchHeader& header,
                      const picture::v1::SituationChange& change);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_WATCH_LINES_H_
