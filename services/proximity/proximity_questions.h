#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_QUESTIONS_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_QUESTIONS_H_

#include "lagesbild/proximity/v1/exposure.pb.h"
#include "lagesbild/proximity/v1/question.pb.h"
#include "lib/rpc/call.h"
#include "services/proximity/backend.h"
#include "services/proximity/state_reader.h"

namespace lagesbild::proximity {

// What is asked of distances beyond the standing layers: near, what if, and how
// many. Nothing is stored. Thread-safe; none blocks.
class ProximityQuestions {
 public:
  explicit ProximityQuestions(const Backend& backend)
      : backend_(backend), reader_(backend) {}

  void FindPlacesNear(const rpc::CallPtr& call,
                      const v1::FindPlacesNearRequest& request,
                      v1::FindPlacesNearResponse* response,
                      rpc::Done done) const;
  void FindSitesNear(const rpc::CallPtr& call,
                     const v1::FindSitesNearRequest& request,
                     v1::FindSitesNearResponse* response, rpc::Done done) const;
  void AnalyzeWhatIf(const rpc::CallPtr& call,
                     const v1::AnalyzeWhatIfRequest& request,
                     v1::AnalyzeWhatIfResponse* response, rpc::Done done) const;
  void SummarizeExposure(const rpc::CallPtr& call,
                         const v1::SummarizeExposureRequest& request,
                         v1::SummarizeExposureResponse* response,
                         rpc::Done done) const;

 private:
  const Backend backend_;
  const StateReader reader_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_QUESTIONS_H_
