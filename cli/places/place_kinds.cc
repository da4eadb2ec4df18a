#include "cli/places/place_kinds.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

constexpr size_t kMaxQuoted = 40;

using Kinds = std::map<std::string, pv::PlaceKind, std::less<>>;

// Of the register's versions 1 and 2 and of the extracts made of it.
const Kinds& RegisterCodes() {
  static const auto& codes =
      *new Kinds{{"gr", pv::PLACE_KIND_PRIMARY_SCHOOL},
                 {"gy", pv::PLACE_KIND_UPPER_SECONDARY},
                 {"gyan", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"gran", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"sp", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"sam", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"fsk", pv::PLACE_KIND_PRESCHOOL_CLASS},
                 {"fskl", pv::PLACE_KIND_PRESCHOOL_CLASS},
                 {"fklass", pv::PLACE_KIND_PRESCHOOL_CLASS},
                 {"fth", pv::PLACE_KIND_LEISURE_CENTRE},
                 {"oppfth", pv::PLACE_KIND_LEISURE_CENTRE},
                 {"vux", pv::PLACE_KIND_OTHER}};
  return codes;
}

// School forms by name, as version 1 and the municipalities write them.
const Kinds& FormNames() {
  static const auto& names =
      *new Kinds{{"grundskola", pv::PLACE_KIND_PRIMARY_SCHOOL},
                 {"gymnasieskola", pv::PLACE_KIND_UPPER_SECONDARY},
                 {"gymnasium", pv::PLACE_KIND_UPPER_SECONDARY},
                 {"anpassad grundskola", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"anpassad gymnasieskola", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"grundsärskola", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"gymnasiesärskola", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"specialskola", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"sameskola", pv::PLACE_KIND_SPECIAL_SCHOOL},
                 {"förskoleklass", pv::PLACE_KIND_PRESCHOOL_CLASS},
                 {"förskola", pv::PLACE_KIND_PRESCHOOL},
                 {"familjedaghem", pv::PLACE_KIND_PRESCHOOL},
                 {"pedagogisk omsorg", pv::PLACE_KIND_PRESCHOOL},
                 {"öppen förskola", pv::PLACE_KIND_PRESCHOOL},
                 {"Öppen förskola", pv::PLACE_KIND_PRESCHOOL},
                 {"fritidshem", pv::PLACE_KIND_LEISURE_CENTRE},
                 {"öppen fritidsverksamhet", pv::PLACE_KIND_LEISURE_CENTRE},
                 {"Öppen fritidsverksamhet", pv::PLACE_KIND_LEISURE_CENTRE},
                 {"komvux", pv::PLACE_KIND_OTHER},
                 {"kommunal vuxenutbildning", pv::PLACE_KIND_OTHER},
                 {"vuxenutbildning", pv::PLACE_KIND_OTHER},
                 {"särskild utbildning för vuxna", pv::PLACE_KIND_OTHER}};
  return names;
}

std::string CodeList() {
  return absl::StrJoin(RegisterCodes(), ", ",
                       [](std::string* out, const auto& code) {
                         absl::StrAppend(out, code.first);
                       });
}

// "primary-school, upper-secondary, …".
std::string KindList() {
  const auto& type = *pv::PlaceKind_descriptor();
  std::vector<std::string> words;
  for (int i = 1; i < type.value_count(); ++i) {  // the first says nothing
    const absl::string_view name =
        absl::StripPrefix(type.value(i)->name(), "PLACE_KIND_");
    words.push_back(
        absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}}));
  }
  return absl::StrJoin(words, ", ");
}

// ASCII alone: "Öppen" stands in the table.
std::string Folded(absl::string_view text) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
}

// Also "primary-school".
pv::PlaceKind KindWritten(absl::string_view text) {
  const pv::PlaceKind kind = KindNamed(text);
  if (kind != pv::PLACE_KIND_UNSPECIFIED) return kind;
  return KindNamed(
      absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{"-", "_"}}));
}

// "--kind NYSKOLFORM=KIND", to be copied into a shell.
std::string KindFlag(const std::string& form) {
  if (form.size() > kMaxQuoted || form.find('\'') != std::string::npos) {
    return "--kind FORM=KIND";
  }
  const bool plain = !form.empty() &&
                     std::all_of(form.begin(), form.end(), absl::ascii_isalnum);
  const absl::string_view quote = plain ? "" : "'";
  return absl::StrCat("--kind ", quote, form, "=KIND", quote);
}

}  // namespace

pv::PlaceKind KindNamed(absl::string_view text) {
  const std::string folded = Folded(text);
  for (const Kinds* kinds : {&RegisterCodes(), &FormNames()}) {
    if (const auto found = kinds->find(folded); found != kinds->end()) {
      return found->second;
    }
  }
  pv::PlaceKind kind;
  return pv::PlaceKind_Parse(absl::StrCat("PLACE_KIND_", text), &kind)
             ? kind
             : pv::PLACE_KIND_UNSPECIFIED;
}

absl::StatusOr<KindForms> ParseKindForms(
    const std::vector<std::string>& pairs) {
  KindForms forms;
  for (const std::string& pair : pairs) {
    const size_t equals = pair.rfind('=');
    const pv::PlaceKind kind = equals == std::string::npos
                                   ? pv::PLACE_KIND_UNSPECIFIED
                                   : KindWritten(pair.substr(equals + 1));
    if (kind == pv::PLACE_KIND_UNSPECIFIED) {
      return absl::InvalidArgumentError(
          absl::StrCat("--kind takes FORM=KIND, not '", pair,
                       "'; a kind is one of ", KindList()));
    }
    forms[Folded(pair.substr(0, equals))] = kind;
  }
  return forms;
}

pv::PlaceKind KindReader::KindOf(const std::string& text) const {
  const auto said = forms_.find(Folded(text));
  return said != forms_.end() ? said->second : KindNamed(text);
}

std::vector<pv::PlaceKind> KindReader::Read(
    const std::vector<std::string>& texts, int row, absl::string_view field,
    absl::string_view remedy) {
  std::vector<pv::PlaceKind> kinds;
  for (const std::string& text : texts) {
    const pv::PlaceKind kind = KindOf(text);
    if (kind != pv::PLACE_KIND_UNSPECIFIED) {
      kinds.push_back(kind);
    } else if (Misfit& misfit = misfits_[text]; ++misfit.count == 1) {
      misfit.row = row;
      misfit.field = std::string(field);
      misfit.remedy = std::string(remedy);
    }
  }
  return kinds;
}

void KindReader::Report(input::Faults* faults) const {
  // Said once: it would be the longer part of each line.
  std::string known =
      absl::StrCat(" (a kind is one of ", KindList(), "; known forms are ",
                   CodeList(), ", and names like Grundskola)");
  for (const auto& [text, misfit] : misfits_) {
    const std::string others =
        misfit.count > 1 ? absl::StrCat(" and ", misfit.count - 1, " more")
                         : "";
    faults->Add(
        misfit.field,
        absl::StrCat("row ", misfit.row, others, ": '",
                     text.substr(0, kMaxQuoted), "' is no kind of place; ",
                     KindFlag(text), " says which it is",
                     std::exchange(known, ""), misfit.remedy));
  }
}

}  // namespace lagesbild::cli
