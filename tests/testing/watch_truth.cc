#include "tests/testing/watch_truth.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::testing {
namespace {

using Texts = std::map<std::string, std::string>;
using Changes = WatchTruth::Changes;

Changes Difference(const Texts& before, const Texts& after) {
  Changes changes;
  for (const auto& [name, text] : after) {
    const auto known = before.find(name);
    if (known == before.end() || known->second != text) {
      changes.push_back(Upserted(name, text));
    }
  }
  for (const auto& [name, text] : before) {
    if (after.count(name) == 0) changes.push_back(Removed(name));
  }
  return changes;
}

}  // namespace

std::string Upserted(absl::string_view name, absl::string_view text) {
  return absl::StrCat("+", name, "=", text);
}

std::string Removed(absl::string_view name) { return absl::StrCat("-", name); }

ShownAt RecordsShown(ledger::Ledger* ledger, const std::string& prefix,
                     std::function<std::optional<std::string>(
                         const std::string& id, const std::string& bytes)>
                         text) {
  return [=](ledger::Revision revision) {
    const auto versions = ledger->ReadHistory(prefix, revision);
    EXPECT_THAT(versions, IsOk());
    Texts shown;
    if (!versions.ok()) return shown;
    for (const ledger::Version& version : *versions) {
      if (!version.value) continue;
      const std::string id = version.key.substr(prefix.size());
      if (const auto told = text(id, *version.value)) shown[id] = *told;
    }
    return shown;
  };
}

std::string IdOf(absl::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

WatchTruth NoTruth() {
  WatchTruth truth;
  truth.position = [](const ledger::Position&) { return absl::OkStatus(); };
  truth.head = [] { return ledger::Revision{-1}; };
  return truth;
}

WatchTruth TruthOf(ShownAt shown, ledger::Ledger* ledger) {
  WatchTruth truth;
  truth.change = [shown](ledger::Revision at) -> std::optional<Changes> {
    return Difference(shown(at - 1), shown(at));
  };
  truth.picture = [shown](ledger::Revision at) -> std::optional<Changes> {
    return Difference({}, shown(at));
  };
  truth.position = [ledger](const ledger::Position& position) {
    return ledger->CheckPosition(position);
  };
  truth.head = [ledger] { return ledger->ReadHead()->revision; };
  return truth;
}

}  // namespace lagesbild::testing
