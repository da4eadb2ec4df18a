#include "cli/places/place_kinds.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

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

}  // namespace

pv::PlaceKind KindNamed(absl::string_view text) {
  // ASCII alone is folded: "Öppen" stands in the table.
  const std::string folded =
      absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
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

std::vector<pv::PlaceKind> KindReader::Read(
    const std::vector<std::string>& texts, int row, absl::string_view field) {
  std::vector<pv::PlaceKind> kinds;
  for (const std::string& text : texts) {
    const pv::PlaceKind kind = KindNamed(text);
    if (kind != pv::PLACE_KIND_UNSPECIFIED) {
      kinds.push_back(kind);
    } else if (Misfit& misfit = misfits_[text]; ++misfit.count == 1) {
      misfit.row = row;
      misfit.field = std::string(field);
    }
  }
  return kinds;
}

void KindReader::Report(input::Faults* faults) const {
  for (const auto& [text, misfit] : misfits_) {
    const std::string others =
        misfit.count > 1 ? absl::StrCat(" and ", misfit.count - 1, " more")
                         : "";
    faults->Add(misfit.field,
                absl::StrCat("row ", misfit.row, others, ": '",
                             text.substr(0, kMaxQuoted),
                             "' is no kind of place; known are ", CodeList(),
                             ", names like Grundskola and PRIMARY_SCHOOL; "
                             "another property can be the kind with --map "
                             "kind=PROPERTY"));
  }
}

}  // namespace lagesbild::cli
