#include "gateway/picture/visible.h"

#include "lib/access/etag.h"

namespace lagesbild::gateway {

picture::v1::Situation VisibleSituation(const picture::v1::Situation& situation,
                                        const access::v1::Caller& caller,
                                        const access::Redactor& redactor) {
  picture::v1::Situation visible = situation;
  redactor.Redact(caller, &visible);
  auto* site = visible.mutable_site();
  site->set_etag(access::Etag(*site, caller, redactor));
  for (auto& intervention : *visible.mutable_interventions()) {
    intervention.set_etag(access::Etag(intervention, caller, redactor));
  }
  return visible;
}

bool InAreas(const picture::v1::Situation& situation,
             const std::set<std::string>& areas) {
  if (areas.empty()) return true;
  if (areas.count(situation.site().municipality()) > 0) return true;
  for (const std::string& code : situation.site().municipalities()) {
    if (areas.count(code) > 0) return true;
  }
  return false;
}

}  // namespace lagesbild::gateway
