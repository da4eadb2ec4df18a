#include "lib/ledger/chain.h"

#include "gtest/gtest.h"
#include "lib/ledger/codec.h"

namespace lagesbild::ledger {
namespace {

Meta SampleMeta() {
  return {"police/duty-officer", RequestKey{"police", "AssessSite", "r1", "d"},
          "c", "b"};
}

// An auditor elsewhere could no longer recompute the chain of a stored ledger.
TEST(ChainTest, TheLinkIsAsDocumented) {
  EXPECT_EQ(ChainHash(kEmptyChain, 1, 1700000000000000, std::string(64, 'a')),
            // printf '%s\n%s\n%s\n%s' 0{40} 1 1700000000000000 a{64} | sha1sum
            "d3a5cfff5f547a05912d7feb9c6d42e23fef932f");
}

// Two different commits with one digest could be swapped unseen.
TEST(ChainTest, EveryPartOfACommitIsInItsDigest) {
  const std::string base = ContentDigest(SampleMeta(), {{"k", "v"}});
  Meta other = SampleMeta();
  other.basis = "b2";
  EXPECT_NE(ContentDigest(other, {{"k", "v"}}), base);
  other = SampleMeta();
  other.request->digest = "d2";
  EXPECT_NE(ContentDigest(other, {{"k", "v"}}), base);
  EXPECT_NE(ContentDigest(SampleMeta(), {{"kv", ""}}), base);
  EXPECT_NE(ContentDigest(SampleMeta(), {{"k", ""}, {"v", ""}}), base);
  EXPECT_NE(PayloadDigest(""), PayloadDigest(std::nullopt));
}

// Who changed a record, and why, would be lost in storage.
TEST(CodecTest, MetaComesBackWhole) {
  Meta back;
  ASSERT_TRUE(DecodeMeta(EncodeMeta(SampleMeta()), &back));
  EXPECT_EQ(back.actor, "police/duty-officer");
  EXPECT_EQ(back.request->request_id, "r1");
  EXPECT_EQ(back.basis, "b");
}

// A damaged record must be found, not read as another.
TEST(CodecTest, CutOrLengthenedTextIsRefused) {
  const std::string whole = EncodeMeta(SampleMeta());
  Meta back;
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    EXPECT_FALSE(DecodeMeta(whole.substr(0, cut), &back)) << cut;
  }
  EXPECT_FALSE(DecodeMeta(whole + "x", &back));
}

}  // namespace
}  // namespace lagesbild::ledger
