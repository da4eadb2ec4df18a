#include "lib/access/strict_json.h"

#include <set>
#include <utility>
#include <vector>

namespace lagesbild::access {
namespace {

using nlohmann::json;

// Sees every member's name before the parser merges doubled ones.
class MemberWatch {
 public:
  // False: leave the value out; the whole is refused in the end.
  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
        open_.emplace_back();
        [[fallthrough]];
      case json::parse_event_t::array_start:
        refused_ |= depth >= kMaxJsonDepth;
        break;
      case json::parse_event_t::object_end:
        open_.pop_back();
        break;
      case json::parse_event_t::key:
        refused_ |= !open_.back().insert(parsed.get<std::string>()).second;
        break;
      default:
        break;
    }
    return !refused_;
  }

  bool refused() const { return refused_; }

 private:
  std::vector<std::set<std::string>> open_;
  bool refused_ = false;
};

}  // namespace

std::optional<json> ParseStrictObject(absl::string_view text) {
  MemberWatch watch;
  const json::parser_callback_t callback =
      [&watch](int depth, json::parse_event_t event, json& parsed) {
        return watch(depth, event, parsed);
      };
  json object = json::parse(text.begin(), text.end(), callback, false);
  if (watch.refused() || !object.is_object()) return std::nullopt;
  return object;
}

std::string StringMember(const json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

}  // namespace lagesbild::access
