#ifndef LAGESBILD_TESTS_END_TO_END_CHILD_H_
#define LAGESBILD_TESTS_END_TO_END_CHILD_H_

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace lagesbild::end_to_end {

// What a finished program left.
struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs a program to its end with `input` on standard input. One that does not
// end in kPatience is killed.
inline constexpr absl::Duration kPatience = absl::Minutes(2);
Finished RunProgram(const std::vector<std::string>& command,
                    const std::map<std::string, std::string>& environment = {},
                    const std::string& input = "");

// A program that goes on; its output goes to a file. Killed at the end.
class Child {
 public:
  Child(std::vector<std::string> command, std::string log);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void Start();
  bool Running();
  // SIGKILL, and gone when this returns.
  void Kill9();
  // SIGTERM; its exit code.
  int Terminate();
  pid_t pid() const { return pid_; }
  // The log's text.
  std::string Log() const;

 private:
  int Wait();

  const std::vector<std::string> command_;
  const std::string log_;
  pid_t pid_ = -1;
};

std::string ReadText(const std::string& path);
void WriteText(const std::string& path, const std::string& text);

// Waits for `condition`; false when it has not come true after `timeout`.
template <typename Condition>
bool Eventually(Condition condition,
                absl::Duration timeout = absl::Seconds(60)) {
  const absl::Time deadline = absl::Now() + timeout;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

}  // namespace lagesbild::end_to_end

#endif  // LAGESBILD_TESTS_END_TO_END_CHILD_H_
