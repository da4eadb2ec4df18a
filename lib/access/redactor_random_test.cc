// If these fail, someone reads what was written for others.

#include <chrono>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/any.pb.h"
#include "gtest/gtest.h"
#include "lib/access/redactor.h"
#include "lib/access/testdata/shapes.pb.h"
#include "lib/access/visibility.h"

namespace lagesbild::access {
namespace {

using google::protobuf::Any;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::Record;

constexpr int kMessages = 20;
constexpr int kMaxDepth = 3;

const std::vector<std::string> kAgencies = {"police-a", "town-a", "town-b",
                                            "county"};
const std::vector<std::string> kAreas = {"0180", "0181", "0184"};

// One step on the way from the message to a text: the field's audience, and
// whose the record around it is.
struct Step {
  std::string audience;
  bool scoped = false;
  std::string owner;
  std::set<std::string> areas;
};
using Trail = std::vector<Step>;

// What the tests hold the rule to be, in their own words.
bool StepShown(const v1::Caller& caller, const Step& step) {
  if (!caller.suite_member().empty()) return true;
  if (step.audience == "PUBLIC") return true;
  if (caller.agency().empty() || caller.kind() == 0) return false;
  if (step.audience == "PARTNERS") return true;
  const bool law = caller.kind() == v1::AGENCY_KIND_POLICE ||
                   caller.kind() == v1::AGENCY_KIND_CUSTOMS ||
                   caller.kind() == v1::AGENCY_KIND_PRISON_PROBATION;
  if (step.audience == "LAW") return law;
  if (step.scoped && step.owner == caller.agency()) return true;
  if (step.audience != "RESPONSIBLE" || !step.scoped) return false;
  if (law) return true;
  for (const std::string& area : caller.areas()) {
    if (area == "*" || step.areas.count(area) > 0) return true;
  }
  return false;
}

// By name, so that a wrong reading of the options cannot hide itself.
std::string AudienceByName(const FieldDescriptor& field) {
  static const std::map<std::string, std::string> kNamed = {
      {"name", "PUBLIC"},           {"responsible_note", "RESPONSIBLE"},
      {"police_note", "LAW"},       {"owner_note", "OWNER"},
      {"owner_notes", "OWNER"},     {"parts_by_name", "PUBLIC"},
      {"police_notes", "LAW"},      {"public_choice", "PUBLIC"},
      {"police_choice", "LAW"},     {"children", "PUBLIC"},
      {"details", "PUBLIC"},        {"unstated", "PUBLIC"},
      {"public_text", "PUBLIC"},    {"responsible_text", "RESPONSIBLE"},
      {"police_text", "LAW"},       {"owner_text", "OWNER"},
      {"unstated_text", "OWNER"},   {"inner", "PUBLIC"},
      {"Unstated.text", "OWNER"},   {"police_bytes", "LAW"},
      {"partners_text", "PARTNERS"}};
  const std::string type = field.containing_type()->name();
  const auto by_type = kNamed.find(type + "." + field.name());
  if (by_type != kNamed.end()) return by_type->second;
  const auto it = kNamed.find(field.name());
  return it == kNamed.end() ? "PARTNERS" : it->second;
}

// Fills messages at random with texts "<17>" and remembers the way to each.
class Filler {
 public:
  explicit Filler(uint32_t seed) : random_(seed) {}

  void Fill(Message* message, const Trail& trail, Step scope, int depth) {
    if (auto* any = dynamic_cast<Any*>(message)) {
      return FillAny(any, trail, scope, depth);
    }
    if (auto* record = dynamic_cast<Record*>(message)) {
      scope = NewScope(record);
    }
    const auto* type = message->GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      if (Skip(*type->field(i))) continue;
      FillField(message, *type->field(i), trail, scope, depth);
    }
  }

  // The texts that the caller is to see.
  std::set<int> Shown(const v1::Caller& caller) const {
    std::set<int> shown;
    for (const auto& [id, trail] : trails_) {
      bool all = true;
      for (const Step& step : trail) all &= StepShown(caller, step);
      if (all) shown.insert(id);
    }
    return shown;
  }

  bool Chance(int percent) { return Below(100) < percent; }

 private:
  int Below(int limit) { return static_cast<int>(random_() % limit); }

  Step NewScope(Record* record) {
    Step scope{"", true, kAgencies[Below(4)], {}};
    record->set_agency(scope.owner);
    if (Chance(70)) record->set_municipality(kAreas[Below(3)]);
    if (Chance(50)) record->add_districts(kAreas[Below(3)]);
    scope.areas.insert(record->municipality());
    scope.areas.insert(record->districts().begin(), record->districts().end());
    scope.areas.erase("");
    return scope;
  }

  static bool Skip(const FieldDescriptor& field) {
    static const std::set<std::string> kScope = {"agency", "municipality",
                                                 "districts"};
    return field.containing_type() == Record::descriptor() &&
           kScope.count(field.name()) > 0;
  }

  void FillField(Message* message, const FieldDescriptor& field, Trail trail,
                 const Step& scope, int depth) {
    const auto* reflection = message->GetReflection();
    const bool entry = field.containing_type()->options().map_entry();
    if (!entry && !Chance(60)) return;
    const auto* oneof = field.real_containing_oneof();
    if (oneof != nullptr && reflection->HasOneof(*message, oneof)) return;
    Step step = scope;
    step.audience = entry ? "PUBLIC" : AudienceByName(field);
    trail.push_back(step);
    const int count = field.is_repeated() ? 1 + Below(2) : 1;
    for (int i = 0; i < count; ++i) {
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        const std::string text = NewText(trail);
        field.is_repeated() ? reflection->AddString(message, &field, text)
                            : reflection->SetString(message, &field, text);
      } else if (field.message_type() != nullptr && depth < kMaxDepth &&
                 field.message_type()->name() != "Timestamp") {
        Fill(field.is_repeated() ? reflection->AddMessage(message, &field)
                                 : reflection->MutableMessage(message, &field),
             trail, scope, depth + 1);
      }
    }
  }

  void FillAny(Any* any, const Trail& trail, const Step& scope, int depth) {
    if (Chance(20)) {
      Trail never = trail;
      // Of an unknown type: for the suite alone.
      never.push_back({"NOBODY", false, "", {}});
      any->set_type_url("type.googleapis.com/no.such.Type");
      return any->set_value(NewText(never));
    }
    std::unique_ptr<Message> inner;
    if (Chance(50)) {
      inner = std::make_unique<Record>();
    } else {
      inner = std::make_unique<testing::Part>();
    }
    Fill(inner.get(), trail, scope, depth + 1);
    any->PackFrom(*inner);
  }

  std::string NewText(const Trail& trail) {
    trails_.emplace(next_, trail);
    return absl::StrCat("<", next_++, ">");
  }

  std::mt19937 random_;
  int next_ = 1;
  std::map<int, Trail> trails_;
};

// Found in the bytes themselves, whatever holds them there.
std::set<int> TextsIn(const std::string& bytes) {
  std::set<int> found;
  for (size_t at = bytes.find('<'); at != std::string::npos;
       at = bytes.find('<', at + 1)) {
    size_t end = at + 1;
    while (end < bytes.size() && isdigit(bytes[end])) ++end;
    if (end > at + 1 && end < bytes.size() && bytes[end] == '>') {
      found.insert(std::stoi(bytes.substr(at + 1, end - at - 1)));
    }
  }
  return found;
}

std::vector<v1::Caller> EveryCaller() {
  std::vector<v1::Caller> callers(2);
  callers[1].set_suite_member("proximity");
  for (int kind = 0; kind <= v1::AgencyKind_MAX; ++kind) {
    for (const std::string& agency : kAgencies) {
      for (const std::string area : {"", "0180", "0199", "*"}) {
        v1::Caller caller;
        caller.set_agency(agency);
        caller.set_kind(static_cast<v1::AgencyKind>(kind));
        if (!area.empty()) caller.add_areas(area);
        callers.push_back(caller);
      }
    }
  }
  return callers;
}

TEST(RedactorRandomTest, EveryCallerSeesExactlyWhatItMay) {
  const auto seed = static_cast<uint32_t>(
      std::chrono::steady_clock::now().time_since_epoch().count());
  std::cout << "seed " << seed << "\n";
  const Redactor redactor;
  const std::vector<v1::Caller> callers = EveryCaller();
  for (int i = 0; i < kMessages; ++i) {
    Filler filler(seed + i);
    Record record;
    filler.Fill(&record, {}, {}, 0);
    std::map<std::string, std::string> by_key;
    for (const v1::Caller& caller : callers) {
      Record seen = record;
      redactor.Redact(caller, &seen);
      const std::string bytes = seen.SerializeAsString();
      ASSERT_EQ(TextsIn(bytes), filler.Shown(caller))
          << "seed " << seed + i << " " << caller.ShortDebugString();
      // Callers with one key must see one thing.
      const std::string key =
          redactor.VisibilityKey(Record::descriptor(), caller);
      const std::string canonical = DeterministicBytes(seen);
      const auto shown = by_key.emplace(key, canonical).first;
      ASSERT_EQ(shown->second, canonical) << key;
    }
  }
}

}  // namespace
}  // namespace lagesbild::access
