#ifndef LAGESBILD_GATEWAY_PICTURE_FIGURE_QUERIES_H_
#define LAGESBILD_GATEWAY_PICTURE_FIGURE_QUERIES_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "lagesbild/access/v1/access.pb.h"

namespace lagesbild::gateway {

// What a picture is of.
struct Scope {
  std::string region;           // "regions/{region}"
  access::v1::AsOf as_of;       // the version, for whoever asks again
  std::set<std::string> areas;  // municipalities by code; empty: all
  std::string site;             // empty: all
};

// The calls behind figures, as text for people:
//   SiteRegistry.ListSites {parent: "regions/r", filter: 'state = …',
//   as_of: {recorded_time: "…"}}
// Every one counts the picture's own sites at the picture's own version.
class FigureQueries {
 public:
  explicit FigureQueries(Scope scope) : scope_(std::move(scope)) {}

  // The sites that `filter` matches.
  std::string Sites(absl::string_view filter) const;

  // The layer's exposures of the sites that `filter` matches: two calls, since
  // an exposure knows nothing of its site's state.
  std::string Exposures(const std::string& layer,
                        absl::string_view filter) const;
  // Those sites, each once.
  std::string ExposedSites(const std::string& layer,
                           absl::string_view filter) const;

  // The gaps that `filter` matches.
  std::string Gaps(absl::string_view filter) const;

 private:
  std::string Call(absl::string_view method, const std::string& filter) const;
  std::string OfSites() const;

  const Scope scope_;
};

// `text` as a string of the filter language.
std::string FilterString(absl::string_view text);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_FIGURE_QUERIES_H_
