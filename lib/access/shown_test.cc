#include "lib/access/shown.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"

namespace lagesbild::access {
namespace {

using Text = google::protobuf::StringValue;

class ShownTest : public ::testing::Test {
 protected:
  // What `key` is shown, if it is made now; counts what is made.
  std::string Get(const Shown& shown, const std::string& key,
                  const std::string& now) {
    const auto message = shown.Get<Text>(key, [&] {
      ++made_;
      Text text;
      text.set_value(now);
      return text;
    });
    return message->value();
  }

  int made_ = 0;
};

// One caller would be shown what only another may see.
TEST_F(ShownTest, EachKeyHasItsOwn) {
  const Shown shown;
  EXPECT_EQ(Get(shown, "police", "all"), "all");
  EXPECT_EQ(Get(shown, "town", "some"), "some");
  EXPECT_EQ(Get(shown, "police", "other"), "all");
  EXPECT_EQ(Get(shown, "town", "other"), "some");
  EXPECT_EQ(made_, 2);
}

// A record that changed would be shown as it was.
TEST_F(ShownTest, ACopyHasBeenShownToNobody) {
  const Shown before;
  Get(before, "police", "old");
  EXPECT_EQ(Get(Shown(before), "police", "new"), "new");
}

// Every caller there ever was would stay in memory.
TEST_F(ShownTest, KeepsSoManyAndNoMore) {
  const Shown shown;
  for (std::size_t i = 0; i <= kMaxShown; ++i) {
    Get(shown, absl::StrCat(i), "first");
  }
  EXPECT_EQ(Get(shown, "1", "second"), "first");
  EXPECT_EQ(Get(shown, "0", "second"), "second");
}

}  // namespace
}  // namespace lagesbild::access
