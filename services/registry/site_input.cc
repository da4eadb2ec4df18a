#include "services/registry/site_input.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/field_mask.h"
#include "lib/api/text.h"
#include "lib/api/time.h"
#include "lib/base/status.h"
#include "lib/input/geometry.h"
#include "services/registry/placement.h"
#include "services/registry/registry_access.h"
#include "services/registry/registry_state.h"

namespace lagesbild::registry {
namespace {

constexpr api::TextRule kCode = {.max_characters = kMaxCodeCharacters};
constexpr api::TextRule kForeignId = {.max_characters = kMaxIdCharacters,
                                      .required = true};

struct Reader {
  const v1::Site& message;
  base::Date today;
  SiteDraft* draft;
  input::Faults* faults;

  Site& site() { return draft->values; }
};

// Reads one field of the message, faults under the path given.
using ReadField = void (*)(Reader*, const std::string& path);
using CopyField = void (*)(const Site& from, Site* to);

struct Settable {
  const char* name;
  ReadField read;
  CopyField copy;
};

std::string Checked(const std::string& text, const std::string& path,
                    const api::TextRule& rule, input::Faults* faults) {
  faults->Add(api::CheckText(path, text, rule));
  return text;
}

void ReadDisplayName(Reader* r, const std::string& path) {
  r->site().display_name =
      Checked(r->message.display_name(), path, api::kDisplayName, r->faults);
}

void ReadPlace(Reader* r, const std::string& path) {
  auto geometry =
      input::ReadGeometry(path, r->message.geometry(), kMaxSiteVertices);
  if (!geometry.ok()) return r->faults->Add(geometry.status(), path);
  if (CellsNear(*geometry, kDuplicateRadius).empty()) {
    return r->faults->Add(path, "is too large for a site");
  }
  r->site().geometry = *geometry;
  r->draft->shape.emplace(*std::move(geometry));
}

void ReadResponsibleMunicipality(Reader* r, const std::string& path) {
  r->site().responsible_municipality =
      Checked(r->message.responsible_municipality(), path, kCode, r->faults);
}

void ReadResponsiblePolice(Reader* r, const std::string& path) {
  r->site().responsible_police =
      Checked(r->message.responsible_police(), path, kCode, r->faults);
}

void ReadCategory(Reader* r, const std::string& path) {
  r->site().category = Checked(r->message.category(), path, kCode, r->faults);
}

void ReadNearTransit(Reader* r, const std::string&) {
  r->site().near_transit = r->message.near_transit();
}

std::optional<base::Date> PastDate(const std::string& text,
                                   const std::string& path, base::Date today,
                                   input::Faults* faults) {
  const absl::StatusOr<base::Date> date = api::ParseDate(path, text);
  faults->Add(date.status(), path);
  if (!date.ok()) return std::nullopt;
  if (*date > today) faults->Add(path, "lies in the future");
  return *date;
}

void ReadEstablishedSince(Reader* r, const std::string& path) {
  const std::string& text = r->message.established_since();
  r->site().established_since =
      text.empty() ? std::nullopt : PastDate(text, path, r->today, r->faults);
}

void ReadNote(Reader* r, const std::string& path) {
  r->site().note = Checked(r->message.note(), path, api::kNote, r->faults);
}

void ReadResponsibleNote(Reader* r, const std::string& path) {
  r->site().responsible_note =
      Checked(r->message.responsible_note(), path, api::kNote, r->faults);
}

void ReadLawEnforcementNote(Reader* r, const std::string& path) {
  r->site().law_enforcement_note =
      Checked(r->message.law_enforcement_note(), path, api::kNote, r->faults);
}

void ReadOwnerNote(Reader* r, const std::string& path) {
  r->site().owner_note =
      Checked(r->message.owner_note(), path, api::kNote, r->faults);
}

void ReadExternalRefs(Reader* r, const std::string& path) {
  r->site().external_refs.clear();
  if (r->message.external_refs_size() > kMaxExternalRefs) {
    return r->faults->Add(
        path, absl::StrCat("has more than ", kMaxExternalRefs, " elements"));
  }
  for (int i = 0; i < r->message.external_refs_size(); ++i) {
    const auto& ref = r->message.external_refs(i);
    const std::string at = absl::StrCat(path, "[", i, "]");
    r->site().external_refs.push_back(
        {Checked(ref.system(), at + ".system", kForeignId, r->faults),
         Checked(ref.id(), at + ".id", kForeignId, r->faults)});
  }
}

template <auto kMember>
void Copy(const Site& from, Site* to) {
  to->*kMember = from.*kMember;
}

constexpr Settable kSettable[] = {
    {"display_name", ReadDisplayName, Copy<&Site::display_name>},
    {"geometry", ReadPlace, Copy<&Site::geometry>},
    {"responsible_municipality", ReadResponsibleMunicipality,
     Copy<&Site::responsible_municipality>},
    {"responsible_police", ReadResponsiblePolice,
     Copy<&Site::responsible_police>},
    {"category", ReadCategory, Copy<&Site::category>},
    {"near_transit", ReadNearTransit, Copy<&Site::near_transit>},
    {"established_since", ReadEstablishedSince, Copy<&Site::established_since>},
    {"note", ReadNote, Copy<&Site::note>},
    {"responsible_note", ReadResponsibleNote, Copy<&Site::responsible_note>},
    {"law_enforcement_note", ReadLawEnforcementNote,
     Copy<&Site::law_enforcement_note>},
    {"owner_note", ReadOwnerNote, Copy<&Site::owner_note>},
    {"external_refs", ReadExternalRefs, Copy<&Site::external_refs>},
};

const Settable* FindSettable(absl::string_view name) {
  for (const Settable& field : kSettable) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

const google::protobuf::FieldDescriptor& FieldNamed(const std::string& name) {
  return *v1::Site::descriptor()->FindFieldByName(name);
}

SiteDraft Read(const v1::Site& message, std::vector<std::string> fields,
               absl::string_view prefix, base::Date today,
               input::Faults* faults) {
  SiteDraft draft;
  draft.fields = std::move(fields);
  Reader reader{message, today, &draft, faults};
  for (const std::string& name : draft.fields) {
    FindSettable(name)->read(&reader, absl::StrCat(prefix, ".", name));
  }
  return draft;
}

std::vector<std::string> SetFields(const v1::Site& message) {
  const auto paths = api::UpdatePaths({}, message);
  std::vector<std::string> settable;
  for (const std::string& path : *paths) {
    if (FindSettable(path) != nullptr) settable.push_back(path);
  }
  return settable;
}

}  // namespace

bool SiteDraft::Has(absl::string_view field) const {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

SiteDraft ReadSetFields(const v1::Site& message, absl::string_view prefix,
                        base::Date today, input::Faults* faults) {
  return Read(message, SetFields(message), prefix, today, faults);
}

SiteDraft ReadMaskedFields(const v1::Site& message,
                           const google::protobuf::FieldMask& mask,
                           const std::vector<std::string>& settable,
                           base::Date today, input::Faults* faults) {
  if (mask.paths_size() == 0) {
    return ReadSetFields(message, "site", today, faults);
  }
  if (mask.paths_size() == 1 && mask.paths(0) == "*") {
    return Read(message, settable, "site", today, faults);
  }
  const auto paths = api::UpdatePaths(mask, message);
  faults->Add(paths.status(), "update_mask");
  std::vector<std::string> fields;
  if (!paths.ok()) return {};
  for (const std::string& path : *paths) {
    if (FindSettable(path) != nullptr) {
      fields.push_back(path);
    } else {
      faults->Add("update_mask",
                  absl::StrCat(path,
                               " cannot be set; name whole fields "
                               "that are not output only"));
    }
  }
  return Read(message, std::move(fields), "site", today, faults);
}

std::vector<std::string> SettableFor(const access::v1::Caller& caller,
                                     const Site& site) {
  std::vector<std::string> names;
  for (const Settable& field : kSettable) {
    if (SeesField(caller, site, FieldNamed(field.name))) {
      names.push_back(field.name);
    }
  }
  return names;
}

absl::Status CheckMaySet(const access::v1::Caller& caller, const Site& site,
                         const SiteDraft& draft) {
  for (const std::string& name : draft.fields) {
    if (SeesField(caller, site, FieldNamed(name))) continue;
    return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                       absl::StrCat(name, " is not for this caller"),
                       {{"field", name}});
  }
  return absl::OkStatus();
}

void Apply(const SiteDraft& draft, Site* site) {
  for (const std::string& name : draft.fields) {
    FindSettable(name)->copy(draft.values, site);
  }
}

Assessment ReadAssessment(const v1::Assessment& message,
                          absl::string_view prefix, const Act& act,
                          input::Faults* faults) {
  const auto at = [&](absl::string_view field) {
    return absl::StrCat(prefix, ".", field);
  };
  Assessment a;
  a.party = static_cast<Party>(message.party());
  if (!v1::Party_IsValid(message.party())) {
    faults->Add(at("party"), "is no party");
  }
  a.verdict = static_cast<Verdict>(message.verdict());
  if (!v1::Verdict_IsValid(message.verdict()) ||
      a.verdict == Verdict::kUnspecified) {
    faults->Add(at("verdict"), "is required");
  }
  a.valid_from =
      PastDate(message.valid_from(), at("valid_from"), act.today, faults)
          .value_or(base::Date());
  a.evidence_date =
      PastDate(message.evidence_date(), at("evidence_date"), act.today, faults)
          .value_or(base::Date());
  a.definition_version = Checked(message.definition_version(),
                                 at("definition_version"), kCode, faults);
  a.note = Checked(message.note(), at("note"), api::kNote, faults);
  a.agency = act.caller.agency();
  a.create_time = act.now;
  return a;
}

}  // namespace lagesbild::registry
