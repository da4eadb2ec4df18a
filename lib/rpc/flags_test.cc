#include "lib/rpc/flags.h"

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::rpc {
namespace {

using ::lagesbild::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// One command with every kind of flag.
struct Command {
  Command() : flags("tool import", "Imports a file.") {
    flags.Add("data", "folder", &data);
    flags.Add("dry-run", "change nothing", &dry_run);
    flags.Add("limit", "rows", &limit);
    flags.Add("ratio", "share", &ratio);
    flags.Add("ttl", "time to live", &ttl);
    flags.Add("map", "id=PROP", &map);
    flags.Argument("FILE", "what to import", &file);
    flags.OptionalArgument("NAME", "as what", &name);
  }
  Flags flags;
  std::string data = "/tmp/x";
  bool dry_run = false;
  int limit = 7;
  double ratio = 0.5;
  absl::Duration ttl = absl::Hours(1);
  std::vector<std::string> map;
  std::string file;
  std::string name;
};

std::string Fault(const std::vector<std::string>& arguments) {
  Command command;
  const absl::Status status = command.flags.Parse(arguments);
  EXPECT_FALSE(status.ok());
  return std::string(status.message());
}

// A flag that is misread does another thing than was asked for.
TEST(FlagsTest, BothFormsAndAllTypesParse) {
  Command c;
  ASSERT_THAT(c.flags.Parse({"--data=/a=b", "a.json", "--limit", "-3",
                             "--dry-run", "--ratio=1e3", "--ttl", "90s",
                             "--map", "id=x", "--map=name=y", "n"}),
              IsOk());
  EXPECT_EQ(c.data, "/a=b");
  EXPECT_EQ(c.file, "a.json");
  EXPECT_EQ(c.name, "n");
  EXPECT_EQ(c.limit, -3);
  EXPECT_TRUE(c.dry_run);
  EXPECT_EQ(c.ratio, 1000);
  EXPECT_EQ(c.ttl, absl::Seconds(90));
  EXPECT_THAT(c.map, ElementsAre("id=x", "name=y"));
}

TEST(FlagsTest, DefaultsStayAndBoolsCanBeTakenBack) {
  Command c;
  c.dry_run = true;
  ASSERT_THAT(c.flags.Parse({"--no-dry-run", "--", "--file"}), IsOk());
  EXPECT_FALSE(c.dry_run);
  EXPECT_EQ(c.limit, 7);
  EXPECT_EQ(c.file, "--file");
}

TEST(FlagsTest, EachMistakeIsOneClearLine) {
  EXPECT_EQ(Fault({"--lmit=3", "f"}), "unknown flag --lmit");
  EXPECT_EQ(Fault({"-x", "f"}), "unknown flag -x");
  EXPECT_EQ(Fault({"--no-data", "f"}), "unknown flag --no-data");
  EXPECT_EQ(Fault({"--limit=3x", "f"}), "--limit: '3x' is not a whole number");
  EXPECT_EQ(Fault({"--dry-run=maybe", "f"}),
            "--dry-run: 'maybe' is not true or false");
  EXPECT_EQ(Fault({"--ratio=", "f"}), "--ratio: '' is not a number");
  EXPECT_EQ(Fault({"--ttl=5", "f"}),
            "--ttl: '5' is not a duration like 30s or 1h30m");
  EXPECT_EQ(Fault({"f", "--limit"}), "--limit needs a value");
  EXPECT_EQ(Fault({}), "FILE is missing");
  EXPECT_EQ(Fault({"f", "n", "more"}), "unexpected argument 'more'");
}

TEST(FlagsTest, TheEnvironmentStandsInForAFlag) {
  setenv("LAGESBILD_FLAGS_TEST", "from-env", 1);
  std::string server;
  Flags flags("tool", "Does.");
  flags.Add("server", "address", &server);
  flags.FromEnvironment("server", "LAGESBILD_FLAGS_TEST");
  flags.Require("server");
  ASSERT_THAT(flags.Parse({}), IsOk());
  EXPECT_EQ(server, "from-env");
  ASSERT_THAT(flags.Parse({"--server=flag"}), IsOk());
  EXPECT_EQ(server, "flag");

  unsetenv("LAGESBILD_FLAGS_TEST");
  Flags bare("tool", "Does.");
  bare.Add("server", "address", &server);
  bare.FromEnvironment("server", "LAGESBILD_FLAGS_TEST");
  bare.Require("server");
  EXPECT_EQ(bare.Parse({}).message(),
            "--server (or LAGESBILD_FLAGS_TEST) is missing");
}

TEST(FlagsTest, HelpTellsEverything) {
  Command c;
  ASSERT_THAT(c.flags.Parse({"--bogus-is-not-reached", "--help"}).ok(), false);
  ASSERT_THAT(c.flags.Parse({"--help", "--bogus"}), IsOk());
  EXPECT_TRUE(c.flags.help_wanted());
  const std::string help = c.flags.Help();
  EXPECT_THAT(help, HasSubstr("usage: tool import FILE [NAME] [flags]"));
  EXPECT_THAT(help, HasSubstr("--limit=…"));
  EXPECT_THAT(help, HasSubstr("rows [7]"));
}

TEST(CommandsTest, TheLongestNameWins) {
  Flags import("tool import", "Imports.");
  std::string file;
  import.Argument("FILE", "file", &file);
  Flags sites("tool import sites", "Imports sites.");
  sites.Argument("FILE", "file", &file);
  std::string ran;
  Commands commands("tool", "Does things.");
  commands.Add("import", &import, [&] {
    ran = "import";
    return 3;
  });
  commands.Add("import sites", &sites, [&] {
    ran = "sites";
    return 0;
  });
  EXPECT_EQ(commands.Run({"import", "sites", "f"}), 0);
  EXPECT_EQ(ran, "sites");
  EXPECT_EQ(file, "f");
  EXPECT_EQ(commands.Run({"import", "g"}), 3);
  EXPECT_EQ(commands.Run({"improt"}), 2);
  EXPECT_EQ(commands.Run({}), 2);
  EXPECT_EQ(commands.Run({"import"}), 2);
  EXPECT_EQ(commands.Run({"--help"}), 0);
}

}  // namespace
}  // namespace lagesbild::rpc
