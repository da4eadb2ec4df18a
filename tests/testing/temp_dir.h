#ifndef LAGESBILD_TESTS_TESTING_TEMP_DIR_H_
#define LAGESBILD_TESTS_TESTING_TEMP_DIR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lagesbild::testing {

// A new folder, removed with everything in it at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  // A path inside the folder.
  std::string File(absl::string_view name) const;

 private:
  std::string path_;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_TEMP_DIR_H_
