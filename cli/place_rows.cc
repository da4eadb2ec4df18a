#include "cli/place_rows.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/input/faults.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

constexpr char kSchoolCode[] = "skolenhetskod";
constexpr char kPreschoolCode[] = "skolverkets_id";
constexpr size_t kMaxQuoted = 40;

const std::map<std::string, pv::PlaceKind>& RegisterCodes() {
  static const auto& codes = *new std::map<std::string, pv::PlaceKind>{
      {"gr", pv::PLACE_KIND_PRIMARY_SCHOOL},
      {"gy", pv::PLACE_KIND_UPPER_SECONDARY},
      {"gyan", pv::PLACE_KIND_SPECIAL_SCHOOL},
      {"gran", pv::PLACE_KIND_SPECIAL_SCHOOL},
      {"sp", pv::PLACE_KIND_SPECIAL_SCHOOL},
      {"sam", pv::PLACE_KIND_SPECIAL_SCHOOL},
      {"fsk", pv::PLACE_KIND_PRESCHOOL_CLASS},
      {"fskl", pv::PLACE_KIND_PRESCHOOL_CLASS},
      {"fklass", pv::PLACE_KIND_PRESCHOOL_CLASS},
      {"fth", pv::PLACE_KIND_LEISURE_CENTRE},
      {"vux", pv::PLACE_KIND_OTHER}};
  return codes;
}

// Where the file itself says what it holds.
bool IsPreschoolExtract(const FeatureRow& row) {
  return row.kinds.empty() && row.properties.contains(kPreschoolCode);
}

// UNSPECIFIED for what is no kind.
pv::PlaceKind KindNamed(const std::string& text) {
  const auto code = RegisterCodes().find(absl::AsciiStrToLower(text));
  if (code != RegisterCodes().end()) return code->second;
  pv::PlaceKind kind;
  return pv::PlaceKind_Parse(absl::StrCat("PLACE_KIND_", text), &kind)
             ? kind
             : pv::PLACE_KIND_UNSPECIFIED;
}

// A spelling that is no kind: where it stands first, and how often.
struct Misfit {
  int row = 0;
  std::string property;
  int count = 0;
};

std::string Description(const std::string& text, const Misfit& misfit) {
  const std::string others =
      misfit.count > 1 ? absl::StrCat(" and ", misfit.count - 1, " more") : "";
  return absl::StrCat(
      "row ", misfit.row, others, ": '", text.substr(0, kMaxQuoted),
      "' is no kind of place; known are ",
      absl::StrJoin(RegisterCodes(), ", ",
                    [](std::string* out, const auto& code) {
                      absl::StrAppend(out, code.first);
                    }),
      " and names like PRIMARY_SCHOOL; another property can be the kind with "
      "--map kind=PROPERTY");
}

}  // namespace

std::optional<Register> RegisterOf(const std::vector<FeatureRow>& rows) {
  static const auto& known = *new std::vector<Register>{
      {"school-register", kSchoolCode}, {"preschool-register", kPreschoolCode}};
  for (const Register& one : known) {
    const auto is_of = [&one](const FeatureRow& row) {
      return row.properties.contains(one.property);
    };
    if (std::all_of(rows.begin(), rows.end(), is_of)) return one;
  }
  return std::nullopt;
}

std::vector<pv::PlaceKind> PlaceKinds(const FeatureRow& row) {
  if (IsPreschoolExtract(row)) return {pv::PLACE_KIND_PRESCHOOL};
  std::vector<pv::PlaceKind> kinds;
  for (const std::string& text : row.kinds) {
    const pv::PlaceKind kind = KindNamed(text);
    if (kind != pv::PLACE_KIND_UNSPECIFIED) kinds.push_back(kind);
  }
  return kinds;
}

absl::Status CheckPlaceKinds(const std::vector<FeatureRow>& rows) {
  std::map<std::string, Misfit> misfits;
  for (const FeatureRow& row : rows) {
    for (const std::string& text : row.kinds) {
      if (KindNamed(text) != pv::PLACE_KIND_UNSPECIFIED) continue;
      Misfit& misfit = misfits[text];
      if (misfit.count++ > 0) continue;
      misfit.row = row.row;
      misfit.property = row.kind_property;
    }
  }
  input::Faults faults;
  for (const auto& [text, misfit] : misfits) {
    faults.Add(absl::StrCat(PropertiesField(misfit.row), ".", misfit.property),
               Description(text, misfit));
  }
  return faults.ToStatus();
}

}  // namespace lagesbild::cli
