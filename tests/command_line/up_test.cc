// One folder of state, served by one process: `lagesbild up`.

#include <filesystem>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/end_to_end/deployment.h"

namespace lagesbild::command_line {
namespace {

namespace fs = std::filesystem;

using end_to_end::Binary;
using end_to_end::Child;
using end_to_end::Eventually;
using end_to_end::Finished;
using end_to_end::ReadText;
using end_to_end::RunProgram;

class UpTest : public ::testing::Test {
 protected:
  std::vector<std::string> Up() const {
    return {Binary("lagesbild"), "up",      "--data",     dir_.path(), "--grpc",
            "127.0.0.1:0",       "--admin", "127.0.0.1:0"};
  }
  std::string File(const std::string& name) const { return dir_.File(name); }
  bool Serves() const { return fs::exists(File("endpoints.json")); }

  testing::TempDir dir_;
};

// Two processes over the same ledgers would each believe to be alone, and the
// one that ends first would take the other's addresses away.
TEST_F(UpTest, ASecondOneIsRefusedAndTheFirstGoesOn) {
  Child first(Up(), File("up.log"));
  first.Start();
  ASSERT_TRUE(Eventually([&] { return Serves(); })) << first.Log();
  const std::string endpoints = ReadText(File("endpoints.json"));

  const Finished second = RunProgram(Up());
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_TRUE(
      absl::StrContains(second.err, "another lagesbild up serves this folder"))
      << second.err;
  EXPECT_EQ(ReadText(File("endpoints.json")), endpoints);
  EXPECT_TRUE(first.Running());
  EXPECT_EQ(first.Terminate(), 0);
  EXPECT_FALSE(Serves());
}

// One that cannot serve ends with a sentence, though its services follow each
// other already: no stream may go to one that is gone.
TEST_F(UpTest, AnAddressThatCannotBeServedIsAClearErrorEveryTime) {
  constexpr int kStarts = 12;
  Child first(Up(), File("up.log"));
  first.Start();
  ASSERT_TRUE(Eventually([&] { return Serves(); })) << first.Log();
  const auto endpoints =
      nlohmann::json::parse(ReadText(File("endpoints.json")));
  const testing::TempDir elsewhere;
  for (int i = 0; i < kStarts; ++i) {
    for (const auto& [address, error] :
         {std::pair(std::string("127.0.0.1:99999"), "a port lies in"),
          {endpoints["grpc"].get<std::string>(), "cannot serve on"}}) {
      const Finished refused =
          RunProgram({Binary("lagesbild"), "up", "--data", elsewhere.path(),
                      "--grpc", address});
      EXPECT_EQ(refused.exit_code, 1) << address;
      EXPECT_TRUE(absl::StrContains(refused.err, error)) << refused.err;
    }
  }
  EXPECT_TRUE(first.Running());
}

// Anybody with an account on the machine could read notes that only the police
// may see, and sign tokens of their own.
TEST_F(UpTest, WhatItWritesIsForItsOwnerAlone) {
  Child up(Up(), File("up.log"));
  up.Start();
  ASSERT_TRUE(Eventually([&] { return Serves(); })) << up.Log();
  int seen = 0;
  for (const auto& entry : fs::recursive_directory_iterator(dir_.path())) {
    const fs::perms others = fs::perms::group_all | fs::perms::others_all;
    EXPECT_EQ(entry.status().permissions() & others, fs::perms::none)
        << entry.path();
    ++seen;
  }
  EXPECT_GT(seen, 10);
}

}  // namespace
}  // namespace lagesbild::command_line
