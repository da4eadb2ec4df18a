#include "services/interventions/catalogue.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_join.h"

namespace lagesbild::interventions {
namespace {

constexpr InterventionType kTypes[] = {
    {"site-cooperation", "place", "platssamverkan"},
    {"place-activation", "place", "platsaktivering"},
    {"market-trade", "place", "torghandel"},
    {"police-presence", "presence", "polisiär närvaro"},
    {"public-order-guards", "presence", "ordningsvakter"},
    {"safety-hosts", "presence", "trygghetsvärdar"},
    {"parent-walkers", "presence", "föräldravandrare"},
    {"field-assistants", "presence", "fältassistenter"},
    {"lighting", "physical", "belysning"},
    {"pruning", "physical", "beskärning"},
    {"rebuilding", "physical", "ombyggnad"},
    {"access-control", "physical", "tillträdeskontroll"},
    {"sound-alarm", "physical", "ljudlarm"},
    {"security-cameras", "physical", "kamerabevakning"},
    {"outreach-buyers", "social", "uppsökande arbete, köpare"},
    {"outreach-sellers", "social", "uppsökande arbete, säljare"},
    {"parental-contact", "social", "föräldrakontakt"},
    {"treatment", "social", "behandling"},
    {"special-operation", "enforcement", "särskild insats"},
    {"controls", "enforcement", "kontroller"},
};

}  // namespace

absl::Span<const InterventionType> Catalogue() { return kTypes; }

bool IsKnownType(absl::string_view id) {
  return std::any_of(std::begin(kTypes), std::end(kTypes),
                     [&](const InterventionType& t) { return t.id == id; });
}

std::string KnownTypes() {
  std::vector<absl::string_view> ids;
  for (const InterventionType& type : kTypes) ids.push_back(type.id);
  std::sort(ids.begin(), ids.end());
  return absl::StrJoin(ids, ", ");
}

}  // namespace lagesbild::interventions
