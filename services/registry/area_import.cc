#include "services/registry/area_import.h"

#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/text.h"
#include "lib/base/status.h"
#include "lib/geo/validity.h"
#include "lib/input/date.h"
#include "lib/input/faults.h"
#include "lib/input/geometry.h"
#include "lib/input/row_count.h"
#include "services/registry/presenter.h"
#include "services/registry/site_input.h"

namespace lagesbild::registry {
namespace {

constexpr api::TextRule kCode = {.max_characters = kMaxCodeCharacters,
                                 .required = true};

void ReadPeriod(const v1::Area& message, const std::string& at, Area* area,
                input::Faults* faults) {
  area->valid_from =
      input::ReadDate(message.valid_from(), at + ".valid_from", faults);
  area->valid_to =
      input::ReadDate(message.valid_to(), at + ".valid_to", faults);
  if (area->valid_from && area->valid_to &&
      *area->valid_to <= *area->valid_from) {
    faults->Add(at + ".valid_to", "is not after valid_from");
  }
}

bool IsMunicipalityCode(const std::string& code) {
  return code.size() == 4 &&
         code.find_first_not_of("0123456789") == std::string::npos;
}

void ReadCode(const v1::Area& message, const std::string& at, Area* area,
              input::Faults* faults) {
  area->kind = static_cast<AreaKind>(message.kind());
  if (!v1::AreaKind_IsValid(message.kind()) ||
      area->kind == AreaKind::kUnspecified) {
    faults->Add(at + ".kind", "is required");
  }
  area->code = message.code();
  faults->Add(api::CheckText(at + ".code", area->code, kCode));
  if (area->kind == AreaKind::kMunicipality && !area->code.empty() &&
      !IsMunicipalityCode(area->code)) {
    faults->Add(at + ".code", "a municipality's code has four digits");
  }
}

Area ReadArea(const v1::Area& message, const std::string& at,
              input::Faults* faults) {
  Area area;
  ReadCode(message, at, &area, faults);
  area.id = AreaId(area.kind, area.code);
  area.display_name = message.display_name();
  faults->Add(api::CheckText(at + ".display_name", area.display_name,
                             api::kDisplayName));
  ReadPeriod(message, at, &area, faults);
  auto geometry = input::ReadGeometry(at + ".geometry", message.geometry(),
                                      geo::kMaxVertices);
  faults->Add(geometry.status(), at + ".geometry");
  if (!geometry.ok()) return area;
  area.geometry = *std::move(geometry);
  if (std::holds_alternative<geo::Disc>(area.geometry)) {
    faults->Add(at + ".geometry", "must be an area, not a circle");
  }
  return area;
}

absl::Status CheckCounts(const std::vector<v1::ImportAreasRequest>& messages) {
  if (messages.empty()) {
    return base::InvalidField("parent", "the import is empty");
  }
  std::int64_t count = 0;
  for (const auto& message : messages) count += message.areas_size();
  if (count > kMaxAreas) {
    return absl::ResourceExhaustedError(
        absl::StrCat("an import has at most ", kMaxAreas, " areas"));
  }
  return input::CheckRowCount(messages.front().expected_rows(), count);
}

}  // namespace

absl::StatusOr<std::vector<Area>> ReadAreaImport(
    const std::vector<v1::ImportAreasRequest>& messages) {
  LB_RETURN_IF_ERROR(CheckCounts(messages));
  std::vector<Area> areas;
  std::unordered_map<std::string, int> seen;
  input::Faults faults;
  for (const auto& message : messages) {
    for (const v1::Area& sent : message.areas()) {
      const int number = static_cast<int>(areas.size()) + 1;
      const std::string at = absl::StrCat("areas[", number, "]");
      areas.push_back(ReadArea(sent, at, &faults));
      const auto [first, is_new] = seen.emplace(areas.back().id, number);
      if (!is_new) {
        faults.Add(at + ".code",
                   absl::StrCat("is that of areas[", first->second, "]"));
      }
    }
  }
  LB_RETURN_IF_ERROR(faults.ToStatus());
  return areas;
}

absl::StatusOr<ledger::Transaction> DecideAreas(const RegistryState& state,
                                                const std::vector<Area>& areas,
                                                ImportCounts* counts) {
  ImportCounts count;
  ledger::Transaction transaction;
  for (const Area& area : areas) {
    const auto before = state.FindArea(area.id);
    if (before != nullptr && before->area == area) {
      ++count.unchanged;
      continue;
    }
    ++(before == nullptr ? count.created : count.updated);
    transaction.writes.push_back(
        {.key = AreaKey(area.id),
         .value = EncodeArea(area, before == nullptr ? "" : before->bytes),
         .expected = before == nullptr ? 0 : before->revision});
  }
  *counts = count;
  if (transaction.writes.empty()) return transaction;
  const int total = static_cast<int>(state.areas().size()) + count.created;
  transaction.writes.push_back({.key = kAreasKey,
                                .value = EncodeAreas(total),
                                .expected = state.areas_revision()});
  transaction.writes.push_back(
      {.key = kImportKey, .value = EncodeImport(count), .expected = {}});
  return transaction;
}

}  // namespace lagesbild::registry
