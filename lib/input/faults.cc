#include "lib/input/faults.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace lagesbild::input {

void Faults::AddOne(base::FieldViolation violation) {
  ++count_;
  if (count_ <= kMaxFaults) violations_.push_back(std::move(violation));
}

void Faults::Add(absl::string_view field, absl::string_view description) {
  AddOne({std::string(field), std::string(description)});
}

void Faults::Add(const absl::Status& status, absl::string_view field) {
  if (status.ok()) return;
  const base::ErrorDetail detail = base::DetailOf(status);
  if (detail.reason == base::kPersonalIdentityNumber) personal_number_ = true;
  if (detail.violations.empty()) {
    const auto named = detail.metadata.find("field");
    AddOne({named == detail.metadata.end() ? std::string(field) : named->second,
            std::string(status.message())});
  }
  for (const base::FieldViolation& violation : detail.violations) {
    AddOne(violation);
  }
}

absl::Status Faults::ToStatus() const {
  if (empty()) return absl::OkStatus();
  const absl::Status status = base::InvalidFields(violations_);
  const int unnamed = count_ - static_cast<int>(violations_.size());
  const std::string message =
      unnamed == 0 ? std::string(status.message())
                   : absl::StrCat(status.message(), "; and ", unnamed, " more");
  base::ErrorDetail detail = base::DetailOf(status);
  if (personal_number_) detail.reason = base::kPersonalIdentityNumber;
  if (unnamed > 0) detail.metadata["faults"] = absl::StrCat(count_);
  return base::WithDetail(absl::InvalidArgumentError(message), detail);
}

}  // namespace lagesbild::input
