#ifndef LAGESBILD_LIB_INPUT_FAULTS_H_
#define LAGESBILD_LIB_INPUT_FAULTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "lib/base/status.h"

namespace lagesbild::input {

// How many faults one answer names.
inline constexpr int kMaxFaults = 20;

// Gathers what is wrong with what a client sent, so that all of it is told at
// once. Not thread-safe.
class Faults {
 public:
  void Add(absl::string_view field, absl::string_view description);

  // Takes in what an OK-or-INVALID_ARGUMENT check found, with the fields it
  // names; one that names none is a fault of `field`. OK adds nothing.
  void Add(const absl::Status& status, absl::string_view field = "");

  bool empty() const { return count_ == 0; }
  int count() const { return count_; }  // also those beyond kMaxFaults

  // OK when there are none, else INVALID_ARGUMENT with the first kMaxFaults;
  // the reason is PERSONAL_IDENTITY_NUMBER when one of them is that, else
  // INVALID_FIELD.
  absl::Status ToStatus() const;

 private:
  void AddOne(base::FieldViolation violation);

  std::vector<base::FieldViolation> violations_;
  int count_ = 0;
  bool personal_number_ = false;
};

}  // namespace lagesbild::input

#endif  // LAGESBILD_LIB_INPUT_FAULTS_H_
