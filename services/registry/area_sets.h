#ifndef LAGESBILD_SERVICES_REGISTRY_AREA_SETS_H_
#define LAGESBILD_SERVICES_REGISTRY_AREA_SETS_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "lib/base/civil_date.h"
#include "lib/base/mutex.h"
#include "lib/view/view.h"
#include "services/registry/placement.h"
#include "services/registry/registry_state.h"

namespace lagesbild::registry {

// The AreaSet that was asked for last, which all of one day and of the same
// areas share. Making one takes long. Thread-safe.
class AreaSets {
 public:
  // The areas that the view shows. They are made without its lock: ask before
  // what is decided under it.
  std::shared_ptr<const AreaSet> Ahead(const view::View<RegistryState>& view,
                                       base::Date date);

  // The state's areas; they are made here only where they have changed since
  // they were asked for ahead.
  std::shared_ptr<const AreaSet> For(const RegistryState& state,
                                     base::Date date);

 private:
  // Null when others were asked for last.
  std::shared_ptr<const AreaSet> Find(ledger::Revision revision,
                                      base::Date date) const;
  std::shared_ptr<const AreaSet> Make(const AreaMap& areas,
                                      ledger::Revision revision,
                                      base::Date date);

  mutable base::Mutex mutex_;
  ledger::Revision revision_ ABSL_GUARDED_BY(mutex_) = -1;
  base::Date date_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const AreaSet> areas_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_AREA_SETS_H_
