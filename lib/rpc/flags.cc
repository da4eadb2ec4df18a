#include "lib/rpc/flags.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/base/status.h"

namespace lagesbild::rpc {
namespace {

constexpr std::size_t kHelpColumn = 28;

absl::Status NotA(absl::string_view kind, const std::string& text) {
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not ", kind));
}

absl::Status SetBool(const std::string& text, bool* value) {
  if (text == "true" || text == "1") {
    *value = true;
  } else if (text == "false" || text == "0") {
    *value = false;
  } else {
    return NotA("true or false", text);
  }
  return absl::OkStatus();
}

template <typename Int>
absl::Status SetInt(const std::string& text, Int* value) {
  Int parsed = 0;
  if (!absl::SimpleAtoi(text, &parsed)) return NotA("a whole number", text);
  *value = parsed;
  return absl::OkStatus();
}

absl::Status SetDouble(const std::string& text, double* value) {
  double parsed = 0;
  if (!absl::SimpleAtod(text, &parsed)) return NotA("a number", text);
  *value = parsed;
  return absl::OkStatus();
}

absl::Status SetDuration(const std::string& text, absl::Duration* value) {
  absl::Duration parsed;
  if (!absl::ParseDuration(text, &parsed)) {
    return NotA("a duration like 30s or 1h30m", text);
  }
  *value = parsed;
  return absl::OkStatus();
}

void AppendRow(absl::string_view left, absl::string_view right,
               std::string* out) {
  std::string row = absl::StrCat("  ", left);
  row.resize(std::max(row.size() + 2, kHelpColumn), ' ');
  absl::StrAppend(out, row, right, "\n");
}

}  // namespace

Flags::Flags(std::string command, std::string purpose)
    : command_(std::move(command)), purpose_(std::move(purpose)) {}

void Flags::Add(std::string name, std::string help, std::string shown_default,
                Setter set) {
  Flag flag;
  flag.name = std::move(name);
  flag.help = std::move(help);
  flag.shown_default = std::move(shown_default);
  flag.set = std::move(set);
  flags_.push_back(std::move(flag));
}

void Flags::Add(std::string name, std::string help, std::string* value) {
  Add(std::move(name), std::move(help), *value,
      [value](const std::string& text) {
        *value = text;
        return absl::OkStatus();
      });
}

void Flags::Add(std::string name, std::string help, bool* value) {
  Add(std::move(name), std::move(help), *value ? "true" : "",
      [value](const std::string& text) { return SetBool(text, value); });
  flags_.back().is_bool = true;
}

void Flags::Add(std::string name, std::string help, int* value) {
  Add(std::move(name), std::move(help), absl::StrCat(*value),
      [value](const std::string& text) { return SetInt(text, value); });
}

void Flags::Add(std::string name, std::string help, std::int64_t* value) {
  Add(std::move(name), std::move(help), absl::StrCat(*value),
      [value](const std::string& text) { return SetInt(text, value); });
}

void Flags::Add(std::string name, std::string help, double* value) {
  Add(std::move(name), std::move(help), absl::StrCat(*value),
      [value](const std::string& text) { return SetDouble(text, value); });
}

void Flags::Add(std::string name, std::string help,
                std::optional<double>* value) {
  Add(std::move(name), std::move(help), "", [value](const std::string& text) {
    return SetDouble(text, &value->emplace());
  });
}

void Flags::Add(std::string name, std::string help, absl::Duration* value) {
  Add(std::move(name), std::move(help), absl::FormatDuration(*value),
      [value](const std::string& text) { return SetDuration(text, value); });
}

void Flags::Add(std::string name, std::string help,
                std::vector<std::string>* value) {
  Add(std::move(name), std::move(help), "", [value](const std::string& text) {
    value->push_back(text);
    return absl::OkStatus();
  });
}

Flags::Flag* Flags::Find(absl::string_view name) {
  for (Flag& flag : flags_) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

void Flags::FromEnvironment(absl::string_view name, std::string variable) {
  Find(name)->variable = std::move(variable);
}

void Flags::Require(absl::string_view name) { Find(name)->required = true; }

void Flags::Argument(std::string name, std::string help, std::string* value) {
  arguments_.push_back({std::move(name), std::move(help), value, true});
}

void Flags::OptionalArgument(std::string name, std::string help,
                             std::string* value) {
  arguments_.push_back({std::move(name), std::move(help), value, false});
}

absl::Status Flags::Set(Flag* flag, const std::string& text) {
  absl::Status set = flag->set(text);
  flag->given = true;
  if (set.ok()) return set;
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag->name, ": ", set.message()));
}

absl::Status Flags::ParseFlag(const std::vector<std::string>& arguments,
                              std::size_t* at) {
  const std::string& argument = arguments[*at];
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(2, equals - 2);
  Flag* flag = Find(name);
  if (flag == nullptr && equals == std::string::npos &&
      absl::StartsWith(name, "no-")) {
    flag = Find(absl::string_view(name).substr(3));
    if (flag != nullptr && flag->is_bool) return Set(flag, "false");
    flag = nullptr;
  }
  if (flag == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("unknown flag --", name));
  }
  if (equals != std::string::npos) {
    return Set(flag, argument.substr(equals + 1));
  }
  if (flag->is_bool) return Set(flag, "true");
  if (*at + 1 == arguments.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", name, " needs a value"));
  }
  return Set(flag, arguments[++*at]);
}

absl::Status Flags::FinishFlags() {
  for (Flag& flag : flags_) {
    const char* value = flag.given || flag.variable.empty()
                            ? nullptr
                            : std::getenv(flag.variable.c_str());
    if (value != nullptr && *value != '\0') {
      LB_RETURN_IF_ERROR(Set(&flag, value));
    }
    if (flag.given || !flag.required) continue;
    const std::string or_variable =
        flag.variable.empty() ? "" : absl::StrCat(" (or ", flag.variable, ")");
    return absl::InvalidArgumentError(
        absl::StrCat("--", flag.name, or_variable, " is missing"));
  }
  return absl::OkStatus();
}

absl::Status Flags::FinishArguments(const std::vector<std::string>& given) {
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    if (i < given.size()) {
      *arguments_[i].value = given[i];
    } else if (arguments_[i].required) {
      return absl::InvalidArgumentError(
          absl::StrCat(arguments_[i].name, " is missing"));
    }
  }
  if (given.size() <= arguments_.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("unexpected argument '", given[arguments_.size()], "'"));
}

absl::Status Flags::Parse(const std::vector<std::string>& arguments) {
  std::vector<std::string> given;
  bool only_arguments = false;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const std::string& argument = arguments[at];
    if (only_arguments || argument.size() < 2 || argument[0] != '-') {
      given.push_back(argument);
    } else if (argument == "--") {
      only_arguments = true;
    } else if (argument == "--help" || argument == "-h") {
      help_wanted_ = true;
      return absl::OkStatus();
    } else if (absl::StartsWith(argument, "--")) {
      LB_RETURN_IF_ERROR(ParseFlag(arguments, &at));
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown flag ", argument));
    }
  }
  LB_RETURN_IF_ERROR(FinishFlags());
  return FinishArguments(given);
}

std::string Flags::Usage() const {
  std::string usage = absl::StrCat("usage: ", command_);
  for (const Positional& argument : arguments_) {
    absl::StrAppend(&usage, argument.required ? " " : " [", argument.name,
                    argument.required ? "" : "]");
  }
  return usage + (flags_.empty() ? "" : " [flags]");
}

std::string Flags::Help() const {
  std::string help = absl::StrCat(purpose_, "\n\n", Usage(), "\n");
  for (const Positional& argument : arguments_) {
    AppendRow(argument.name, argument.help, &help);
  }
  if (!flags_.empty()) help += "\n";
  for (const Flag& flag : flags_) {
    std::string text = flag.help;
    if (flag.required) absl::StrAppend(&text, "; required");
    if (!flag.variable.empty()) absl::StrAppend(&text, "; or ", flag.variable);
    if (!flag.shown_default.empty()) {
      absl::StrAppend(&text, " [", flag.shown_default, "]");
    }
    AppendRow(absl::StrCat("--", flag.name, flag.is_bool ? "" : "=…"), text,
              &help);
  }
  return help;
}

std::optional<int> Flags::ParseMain(int argc, char** argv) {
  return ParseMain(std::vector<std::string>(argv + 1, argv + argc));
}

std::optional<int> Flags::ParseMain(const std::vector<std::string>& arguments) {
  const absl::Status parsed = Parse(arguments);
  if (help_wanted_) {
    std::fputs(Help().c_str(), stdout);
    return 0;
  }
  if (parsed.ok()) return std::nullopt;
  std::fprintf(stderr, "%s: %s (see --help)\n", command_.c_str(),
               std::string(parsed.message()).c_str());
  return 2;
}

}  // namespace lagesbild::rpc
