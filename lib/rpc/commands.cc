#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "lib/rpc/flags.h"

namespace lagesbild::rpc {
namespace {

constexpr std::size_t kPurposeColumn = 28;

bool BeginsWith(const std::vector<std::string>& arguments,
                const std::vector<std::string>& words) {
  return arguments.size() >= words.size() &&
         std::equal(words.begin(), words.end(), arguments.begin());
}

}  // namespace

Commands::Commands(std::string program, std::string purpose)
    : program_(std::move(program)), purpose_(std::move(purpose)) {}

void Commands::Add(absl::string_view words, Flags* flags,
                   std::function<int()> run) {
  commands_.push_back({absl::StrSplit(words, ' '), flags, std::move(run)});
}

const Commands::Command* Commands::Match(
    const std::vector<std::string>& arguments) const {
  const Command* best = nullptr;
  for (const Command& command : commands_) {
    if (BeginsWith(arguments, command.words) &&
        (best == nullptr || command.words.size() > best->words.size())) {
      best = &command;
    }
  }
  return best;
}

std::string Commands::Help() const {
  std::string help =
      absl::StrCat(purpose_, "\n\nusage: ", program_, " COMMAND …\n\n");
  for (const Command& command : commands_) {
    std::string row = absl::StrCat("  ", absl::StrJoin(command.words, " "));
    row.resize(std::max(row.size() + 2, kPurposeColumn), ' ');
    absl::StrAppend(&help, row, command.flags->purpose(), "\n");
  }
  return absl::StrCat(help, "\n", program_, " COMMAND --help says more.\n");
}

int Commands::Run(int argc, char** argv) {
  return Run(std::vector<std::string>(argv + 1, argv + argc));
}

int Commands::Run(const std::vector<std::string>& arguments) {
  if (!arguments.empty() &&
      (arguments[0] == "--help" || arguments[0] == "help")) {
    std::fputs(Help().c_str(), stdout);
    return 0;
  }
  const Command* command = Match(arguments);
  if (command == nullptr) {
    const std::string said =
        arguments.empty()
            ? "no command given"
            : absl::StrCat("unknown command '", arguments[0], "'");
    std::fprintf(stderr, "%s: %s (see %s --help)\n", program_.c_str(),
                 said.c_str(), program_.c_str());
    return 2;
  }
  const std::vector<std::string> rest(
      arguments.begin() + static_cast<std::ptrdiff_t>(command->words.size()),
      arguments.end());
  if (const auto code = command->flags->ParseMain(rest)) return *code;
  return command->run();
}

}  // namespace lagesbild::rpc
