#include "cli/places/json_units.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

using Json = nlohmann::json;

constexpr char kCodeV1[] = "Skolenhetskod";
constexpr char kCodeV2[] = "schoolUnitCode";

// Follows the parser and takes each unit out of the document.
class UnitTap {
 public:
  explicit UnitTap(UnitVisitor visit) : visit_(visit) {}

  // False: the parser forgets the value.
  bool operator()(Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start) units_before_.push_back(read_.units);
    if (event != Event::object_end) return true;
    const int before = units_before_.back();
    units_before_.pop_back();
    NoteExtractDate(parsed);
    if (parsed.contains(kCodeV2) || parsed.contains(kCodeV1)) {
      visit_(++read_.units, parsed);
      return false;
    }
    // An envelope is of no more use when its unit has been taken.
    return read_.units == before;
  }

  const UnitsRead& read() const { return read_; }

 private:
  void NoteExtractDate(const Json& object) {
    const auto found = object.find("extractDate");
    if (found == object.end() || !found->is_string()) return;
    read_.extract_date =
        std::max(read_.extract_date, found->get<std::string>());
  }

  UnitVisitor visit_;
  UnitsRead read_;
  std::vector<int> units_before_;  // of each object that is open
};

// nlohmann's messages begin "[json.exception.parse_error.101] ", and end with
// what was read last: foreign text, perhaps with somebody's name.
absl::Status NotJson(absl::string_view message) {
  const size_t bracket = message.find("] ");
  if (bracket != absl::string_view::npos) message.remove_prefix(bracket + 2);
  return absl::InvalidArgumentError(absl::StrCat(
      "not valid JSON: ", message.substr(0, message.find("; last read"))));
}

template <typename Input>
absl::StatusOr<UnitsRead> Parse(Input&& input, UnitVisitor visit) {
  UnitTap tap(visit);
  try {
    [[maybe_unused]] const Json rest =
        Json::parse(std::forward<Input>(input),
                    [&tap](int, Json::parse_event_t event, const Json& parsed) {
                      return tap(event, parsed);
                    });
  } catch (const Json::exception& e) {
    return NotJson(e.what());
  }
  return tap.read();
}

bool IsObject(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  return absl::StartsWith(text, "{") && Json::accept(text.begin(), text.end());
}

}  // namespace

absl::StatusOr<UnitsRead> ReadUnits(std::istream* in, UnitVisitor visit) {
  return Parse(*in, visit);
}

absl::StatusOr<UnitsRead> ReadUnitLines(std::istream* in, UnitVisitor visit) {
  UnitsRead all;
  std::string text;
  for (int line = 1; std::getline(*in, text); ++line) {
    if (absl::StripAsciiWhitespace(text).empty()) continue;
    const auto read =
        Parse(text, [&](int, const Json& unit) { visit(line, unit); });
    if (!read.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", line, " is ", read.status().message()));
    }
    all.units += read->units;
    all.extract_date = std::max(all.extract_date, read->extract_date);
  }
  return all;
}

bool LooksLikeJsonLines(absl::string_view head) {
  const size_t end = head.find('\n');
  if (end == absl::string_view::npos || !IsObject(head.substr(0, end))) {
    return false;
  }
  return !absl::StripAsciiWhitespace(head.substr(end)).empty();
}

bool LooksLikeUnits(absl::string_view head) {
  return absl::StrContains(head, absl::StrCat("\"", kCodeV2, "\"")) ||
         absl::StrContains(head, absl::StrCat("\"", kCodeV1, "\""));
}

}  // namespace lagesbild::cli
