#ifndef LAGESBILD_LIB_RPC_FLAGS_H_
#define LAGESBILD_LIB_RPC_FLAGS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lagesbild::rpc {

// The flags and arguments of one command. A flag writes to a variable, whose
// value at the time of Add is the default. Accepts --name=value, --name value,
// --flag and --no-flag for bools, "--" before arguments that begin with '-'.
//
//   std::string data = "/var/lib/lagesbild";
//   rpc::Flags flags("registryd", "Serves the site registry.");
//   flags.Add("data", "folder of the ledger", &data);
//   if (auto code = flags.ParseMain(argc, argv)) return *code;
class Flags {
 public:
  // Takes a flag's text, or says in one line what is wrong with it.
  using Setter = std::function<absl::Status(const std::string&)>;

  Flags(std::string command, std::string purpose);

  void Add(std::string name, std::string help, std::string* value);
  void Add(std::string name, std::string help, bool* value);
  void Add(std::string name, std::string help, int* value);
  void Add(std::string name, std::string help, std::int64_t* value);
  void Add(std::string name, std::string help, double* value);
  // Stays nullopt where it is not given.
  void Add(std::string name, std::string help, std::optional<double>* value);
  void Add(std::string name, std::string help, absl::Duration* value);
  // May be given several times; each adds.
  void Add(std::string name, std::string help, std::vector<std::string>* value);
  // A value of the command's own kind.
  void Add(std::string name, std::string help, std::string shown_default,
           Setter set);

  // `variable` of the environment gives the value where the flag does not.
  void FromEnvironment(absl::string_view name, std::string variable);
  // Missing (no flag, no variable) is an error.
  void Require(absl::string_view name);

  // The arguments in order; all but optional ones must be given.
  void Argument(std::string name, std::string help, std::string* value);
  void OptionalArgument(std::string name, std::string help, std::string* value);

  // INVALID_ARGUMENT with one line saying what is wrong. `arguments` is without
  // the program's name.
  absl::Status Parse(const std::vector<std::string>& arguments);

  // Parse said OK and --help was among the arguments: nothing else is checked.
  bool help_wanted() const { return help_wanted_; }
  std::string Help() const;
  const std::string& command() const { return command_; }
  const std::string& purpose() const { return purpose_; }

  // For main: prints help to stdout (0) or the error to stderr (2) and returns
  // the exit code; nothing when main should go on.
  std::optional<int> ParseMain(int argc, char** argv);
  std::optional<int> ParseMain(const std::vector<std::string>& arguments);

 private:
  struct Flag {
    std::string name;
    std::string help;
    std::string shown_default;
    std::string variable;
    bool is_bool = false;
    bool required = false;
    bool given = false;
    Setter set;
  };
  struct Positional {
    std::string name;
    std::string help;
    std::string* value;
    bool required;
  };

  Flag* Find(absl::string_view name);
  absl::Status ParseFlag(const std::vector<std::string>& arguments,
                         std::size_t* at);
  static absl::Status Set(Flag* flag, const std::string& text);
  absl::Status FinishFlags();
  absl::Status FinishArguments(const std::vector<std::string>& given);
  std::string Usage() const;

  const std::string command_;
  const std::string purpose_;
  std::vector<Flag> flags_;
  std::vector<Positional> arguments_;
  bool help_wanted_ = false;
};

// A program of several commands: `lagesbild import sites FILE --dry-run`.
class Commands {
 public:
  Commands(std::string program, std::string purpose);

  // `words`: "up", "import sites". `flags` is not owned; `run` is called after
  // they were parsed, and returns the exit code.
  void Add(absl::string_view words, Flags* flags, std::function<int()> run);

  // Runs the command that the arguments name, or prints the list of commands.
  int Run(int argc, char** argv);
  int Run(const std::vector<std::string>& arguments);

 private:
  struct Command {
    std::vector<std::string> words;
    Flags* flags;
    std::function<int()> run;
  };
  const Command* Match(const std::vector<std::string>& arguments) const;
  std::string Help() const;

  const std::string program_;
  const std::string purpose_;
  std::vector<Command> commands_;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_FLAGS_H_
