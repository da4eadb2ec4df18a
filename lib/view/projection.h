#ifndef LAGESBILD_LIB_VIEW_PROJECTION_H_
#define LAGESBILD_LIB_VIEW_PROJECTION_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::view {

// A state without its type. Services write plain State classes; see View.
class Projection {
 public:
  virtual ~Projection() = default;
  virtual void Apply(const std::string& key,
                     const std::optional<std::string>& value,
                     ledger::Revision revision, absl::Time recorded) = 0;
};

using ProjectionFactory = std::function<std::unique_ptr<Projection>()>;

// A Projection that holds a State.
template <typename State>
class Projected final : public Projection {
 public:
  explicit Projected(std::unique_ptr<State> held) : state(std::move(held)) {}

  void Apply(const std::string& key, const std::optional<std::string>& value,
             ledger::Revision revision, absl::Time recorded) override {
    state->Apply(key, value, revision, recorded);
  }

  const std::unique_ptr<State> state;
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_PROJECTION_H_
