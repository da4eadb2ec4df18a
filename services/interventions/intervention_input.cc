#include "services/interventions/intervention_input.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/api/text.h"
#include "lib/api/time.h"
#include "services/interventions/catalogue.h"

namespace lagesbild::interventions {
namespace {

constexpr api::TextRule kTitle = {.max_characters = 200};
constexpr api::TextRule kAgency = {.max_characters = kMaxAgencyCharacters};
constexpr api::TextRule kPartner = {.max_characters = kMaxAgencyCharacters,
                                    .required = true};
constexpr api::TextRule kForeignId = {.max_characters = kMaxForeignIdCharacters,
                                      .required = true};

std::string Field(absl::string_view name) {
  return absl::StrCat("intervention.", name);
}

std::string Element(absl::string_view name, int index) {
  return absl::StrCat("intervention.", name, "[", index, "]");
}

std::string Checked(const std::string& text, const std::string& field,
                    const api::TextRule& rule, input::Faults* faults) {
  faults->Add(api::CheckText(field, text, rule), field);
  return text;
}

// False, and a fault, when the list has too many elements.
bool Fits(int size, int limit, absl::string_view name, input::Faults* faults) {
  if (size <= limit) return true;
  faults->Add(Field(name), absl::StrCat("has more than ", limit, " elements"));
  return false;
}

std::vector<std::string> ReadSites(const Presenter& presenter,
                                   const v1::Intervention& message,
                                   input::Faults* faults) {
  std::vector<std::string> ids;
  if (message.sites().empty()) faults->Add(Field("sites"), "is required");
  if (!Fits(message.sites_size(), kMaxSites, "sites", faults)) return ids;
  for (int i = 0; i < message.sites_size(); ++i) {
    const std::string field = Element("sites", i);
    auto id = presenter.SiteId(message.sites(i), field);
    if (!id.ok()) {
      faults->Add(field, "is no name of a site of this region");
    } else if (std::find(ids.begin(), ids.end(), *id) == ids.end()) {
      ids.push_back(*std::move(id));
    }
  }
  return ids;
}

std::vector<std::string> ReadPartners(const v1::Intervention& message,
                                      input::Faults* faults) {
  std::vector<std::string> partners;
  if (!Fits(message.partners_size(), kMaxPartners, "partners", faults)) {
    return partners;
  }
  for (int i = 0; i < message.partners_size(); ++i) {
    partners.push_back(
        Checked(message.partners(i), Element("partners", i), kPartner, faults));
  }
  return partners;
}

std::vector<ExternalRef> ReadRefs(const v1::Intervention& message,
                                  input::Faults* faults) {
  std::vector<ExternalRef> refs;
  if (!Fits(message.external_refs_size(), kMaxExternalRefs, "external_refs",
            faults)) {
    return refs;
  }
  for (int i = 0; i < message.external_refs_size(); ++i) {
    const auto& ref = message.external_refs(i);
    const std::string at = Element("external_refs", i);
    refs.push_back({Checked(ref.system(), at + ".system", kForeignId, faults),
                    Checked(ref.id(), at + ".id", kForeignId, faults)});
  }
  return refs;
}

std::string ReadType(const v1::Intervention& message, input::Faults* faults) {
  if (!IsKnownType(message.type())) {
    faults->Add(Field("type"), absl::StrCat("must be one of: ", KnownTypes()));
  }
  return message.type();
}

void ReadDates(const v1::Intervention& message, Intervention* read,
               input::Faults* faults) {
  read->start = ReadDate(Field("start_date"), message.start_date(), faults);
  read->end = ReadDate(Field("end_date"), message.end_date(), faults);
  read->next_follow_up =
      ReadDate(Field("next_follow_up"), message.next_follow_up(), faults);
  if (read->start && read->end && *read->end <= *read->start) {
    faults->Add(Field("end_date"), "is not after start_date");
  }
}

}  // namespace

Intervention ReadIntervention(const Presenter& presenter,
                              const v1::Intervention& message,
                              input::Faults* faults) {
  Intervention read;
  read.sites = ReadSites(presenter, message, faults);
  read.type = ReadType(message, faults);
  read.display_name =
      Checked(message.display_name(), Field("display_name"), kTitle, faults);
  read.responsible_agency =
      Checked(message.responsible_agency(), Field("responsible_agency"),
              kAgency, faults);
  read.partners = ReadPartners(message, faults);
  read.aim = Checked(message.aim(), Field("aim"), api::kNote, faults);
  ReadDates(message, &read, faults);
  read.outcome = ReadOutcome(Field("outcome"), message.outcome(), faults);
  read.plan = Checked(message.plan(), Field("plan"), api::kNote, faults);
  read.external_refs = ReadRefs(message, faults);
  return read;
}

std::optional<base::Date> ReadDate(absl::string_view field,
                                   const std::string& text,
                                   input::Faults* faults) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<base::Date> date = api::ParseDate(field, text);
  if (date.ok()) return *date;
  faults->Add(date.status(), field);
  return std::nullopt;
}

std::string ReadOutcome(absl::string_view field, const std::string& text,
                        input::Faults* faults) {
  return Checked(text, std::string(field), api::kNote, faults);
}

}  // namespace lagesbild::interventions
