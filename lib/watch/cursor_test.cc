#include "lib/watch/cursor.h"

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::watch {
namespace {

using testing::ErrorIs;

access::v1::Position At(const std::string& service, std::int64_t revision) {
  access::v1::Position position;
  position.set_service(service);
  position.set_revision(revision);
  return position;
}

// A watcher would resume at another place than it left.
TEST(CursorTest, ComesBackAsItWas) {
  ASSERT_OK_AND_ASSIGN(auto position,
                       DecodeCursor(EncodeCursor({"store", 42, "chain"})));
  EXPECT_EQ(position.store_id, "store");
  EXPECT_EQ(position.revision, 42);
  EXPECT_EQ(position.chain, "chain");
}

// Rubbish from outside would be taken for a place, or stop the server.
TEST(CursorTest, RefusesWhatItDidNotMake) {
  for (const std::string& text :
       {std::string("%%%"), std::string("AAAA"), std::string(100'000, 'A'),
        EncodeCursor({"store", -1, "chain"}), EncodeCursor({"", 1, "chain"})}) {
    EXPECT_THAT(DecodeCursor(text), ErrorIs(absl::StatusCode::kInvalidArgument,
                                            base::kCursorForeign))
        << text.substr(0, 20);
  }
}

// A derived commit would not say what it was derived from.
TEST(BasisTest, ComesBackAsItWasAndTheLastWordCounts) {
  Basis basis = DecodeBasis(EncodeBasis({At("a", 1), At("b", 2)}));
  ASSERT_EQ(basis.size(), 2u);
  MergeBasis({At("b", 3), At("c", 4)}, &basis);
  ASSERT_EQ(basis.size(), 3u);
  EXPECT_EQ(basis[1].revision(), 3);
  EXPECT_TRUE(DecodeBasis("").empty());
  EXPECT_TRUE(DecodeBasis("%%%").empty());
}

}  // namespace
}  // namespace lagesbild::watch
