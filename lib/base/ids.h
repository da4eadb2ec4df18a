#ifndef LAGESBILD_LIB_BASE_IDS_H_
#define LAGESBILD_LIB_BASE_IDS_H_

#include <string>

namespace lagesbild::base {

// Where new identifiers come from; a test gives its own. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;

  // A new identifier: 26 lower-case base-32 characters, fit for a resource name
  // and a file name, never given twice.
  virtual std::string NewId() = 0;
};

// 128 bits from the operating system's generator.
class RandomIds final : public IdSource {
 public:
  std::string NewId() override;
};

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_IDS_H_
