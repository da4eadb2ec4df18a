#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_IMPORTS_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_IMPORTS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lib/rpc/call.h"
#include "services/proximity/backend.h"
#include "services/proximity/place_input.h"
#include "services/proximity/proximity_records.h"

namespace lagesbild::proximity {

// An import without a deadline of its own may take this long.
inline constexpr absl::Duration kMaxImportBudget = absl::Minutes(2);
// An answer names so many doubts; what goes beyond is counted in a last one.
inline constexpr int kMaxFlags = 5000;

// ImportPlaces. Thread-safe; does not block.
class ProximityImports {
 public:
  explicit ProximityImports(const Backend& backend) : backend_(backend) {}

  // Waits for what the call's consistency token names, so that the areas of an
  // import just before are there; then reads, decides and commits, or only
  // decides.
  void ImportPlaces(const rpc::CallPtr& call,
                    std::vector<v1::ImportPlacesRequest> messages,
                    v1::ImportPlacesResponse* response, rpc::Done done);

 private:
  struct Import {
    PlaceImport places;
    ledger::Meta meta;
    bool validate_only = false;
    ImportAnswer answer;  // left by the last decision
  };
  using ImportPtr = std::shared_ptr<Import>;

  absl::StatusOr<ImportPtr> Check(
      const rpc::Call& call,
      const std::vector<v1::ImportPlacesRequest>& messages) const;
  void Run(const rpc::CallPtr& call,
           const std::vector<v1::ImportPlacesRequest>& messages,
           v1::ImportPlacesResponse* response, const rpc::Done& done) const;
  void Commit(const rpc::CallPtr& call, const ImportPtr& import,
              v1::ImportPlacesResponse* response, const rpc::Done& done) const;
  void Answer(const rpc::CallPtr& call, const ImportPtr& import,
              const ledger::Committed& committed,
              v1::ImportPlacesResponse* response, const rpc::Done& done) const;
  absl::StatusOr<ImportAnswer> ReadAnswered(ledger::Revision revision) const;

  const Backend backend_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_IMPORTS_H_
