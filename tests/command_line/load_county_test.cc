// scripts/load_county, with which ./run fills a new suite.

#include <cstdlib>

#include "tests/command_line/fixture.h"

namespace lagesbild::command_line {
namespace {

// Ctrl-C in the middle of the first ./run would leave every measure and contact
// twice after the second.
TEST(LoadCountyTest, ARepeatMakesNothingTwice) {
  const auto suite = end_to_end::OneProcess();
  suite->Start();
  const char* source = std::getenv("LAGESBILD_SOURCE_DIR");
  ASSERT_NE(source, nullptr);
  const std::string secret = suite->dir().File("secret");
  end_to_end::WriteText(secret,
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                        "MfKQ9r8GKYo=\n");
  const auto load = [&](const std::string& url) {
    return end_to_end::RunProgram({absl::StrCat(source, "/scripts/load_county"),
                                   end_to_end::Binary("lagesbild"),
                                   suite->dir().File("county"), url, secret},
                                  {{"LAGESBILD_SERVER", suite->server()},
                                   {"LAGESBILD_TOKEN", suite->Token(kOffice)},
                                   {"LAGESBILD_CA", suite->ca()}});
  };
  const Finished first = load("http://127.0.0.1:9/hook");
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const auto measures = suite->Json(kOffice, {"interventions"});
  EXPECT_EQ(measures.size(), 12u);
  const auto gaps = suite->Json(kOffice, {"gaps"});

  const Finished second = load("http://127.0.0.1:9/hook");
  EXPECT_EQ(second.exit_code, 0) << second.err;
  // The receiver may have another port by then.
  const Finished third = load("http://127.0.0.1:10/hook");
  EXPECT_EQ(third.exit_code, 0) << third.err;
  EXPECT_EQ(suite->Json(kOffice, {"interventions"}), measures);
  EXPECT_EQ(suite->Json(kOffice, {"gaps"}), gaps);
}

}  // namespace
}  // namespace lagesbild::command_line
