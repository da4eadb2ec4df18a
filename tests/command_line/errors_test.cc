// What the program says when something is wrong: one clear line, and an exit
// code that is not 0.

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/end_to_end/deployment.h"

namespace lagesbild::command_line {
namespace {

using end_to_end::Binary;
using end_to_end::Finished;
using end_to_end::RunProgram;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ErrorsTest : public ::testing::Test {
 protected:
  ErrorsTest() {
    const Finished made =
        RunProgram({Binary("lagesbild"), "certs", dir_.File("certs")});
    EXPECT_EQ(made.exit_code, 0) << made.err;
  }

  // The one line that `lagesbild ARGUMENTS…` says.
  std::string Says(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), Binary("lagesbild"));
    const Finished done = RunProgram(arguments);
    EXPECT_TRUE(done.exit_code == 1 || done.exit_code == 2) << done.exit_code;
    EXPECT_THAT(done.err, StartsWith("lagesbild"));
    EXPECT_EQ(std::count(done.err.begin(), done.err.end(), '\n'), 1)
        << done.err;
    EXPECT_EQ(done.out, "");
    return done.err;
  }
  std::string Report(const std::string& token, const std::string& region = "") {
    return Says({"report", "--server", "127.0.0.1:1", "--token", token, "--ca",
                 dir_.File("certs/ca.crt"), "--region", region});
  }

  testing::TempDir dir_;
};

// A core dump says nothing to whoever pasted a token with a line break in it.
TEST_F(ErrorsTest, ATokenThatIsNone) {
  EXPECT_THAT(Report("abc\ndef"), HasSubstr("--token"));
  EXPECT_THAT(Report("sm\xc3\xb6rg\xc3\xa5s"), HasSubstr("--token"));
}

TEST_F(ErrorsTest, AGatewayThatIsNotThere) {
  EXPECT_THAT(Report("abc"), HasSubstr("cannot reach the service"));
  EXPECT_THAT(Report("abc",
                     "b\xff"
                     "d"),
              HasSubstr("cannot reach"));
}

// The network would be searched for the fault of a disk or a port.
TEST_F(ErrorsTest, WhatIsNoneOfTheServices) {
  end_to_end::WriteText(dir_.File("file"), "");
  EXPECT_THAT(Says({"generate", dir_.File("file/county")}),
              Not(HasSubstr("cannot reach")));
  EXPECT_THAT(Says({"generate", dir_.File("county"), "--scale", "0"}),
              HasSubstr("scale"));
}

// Somebody would believe a rule changed that is the old one.
TEST_F(ErrorsTest, AChangeOfNothing) {
  EXPECT_THAT(Says({"layers", "change", "preschools-300"}),
              HasSubstr("nothing to change"));
}

// A token that works nowhere is found out at the worst time.
TEST_F(ErrorsTest, ATokenWithoutEnd) {
  EXPECT_THAT(Says({"token", "--key", dir_.File("certs/issuer.key"), "--agency",
                    "police", "--ttl", "inf"}),
              HasSubstr("--ttl"));
}

}  // namespace
}  // namespace lagesbild::command_line
