#include "lib/api/text.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/api/utf8.h"
#include "lib/base/status.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::api {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

// A person's number in a shared note is a breach of law; these are
// Skatteverket's published test numbers and ones made from its formula.
TEST(IdentityNumberTest, IsFoundInEveryWriting) {
  for (const char* text :
       {"811218-9876", "8112189876", "19811218-9876", "198112189876",
        "811218+9876", "811218 9876", "19811218 - 9876", "811218\u20139876",
        "811218\u00A09876", "sedd (811218-9876), igen", "pnr811218-9876x",
        "670919-9530", "701063-2391", "19701063-2391", "000229-0005"}) {
    EXPECT_TRUE(HasPersonalIdentityNumber(text)) << text;
  }
}

TEST(IdentityNumberTest, OtherNumbersAreLeftAlone) {
  for (const char* text :
       {"811218-9875",      // wrong check digit
        "811318-9876",      // no such month
        "810230-0000",      // no such day
        "010229-0004",      // no such day
        "556036-0793",      // an organisation's number
        "1811218-9876",     // digits before
        "811218-98765",     // digits after
        "811218--- -9876",  // too far apart
        "17811218-9876",    // no century of living people
        "08-508 290 00", "2023-12-31", "K 1234-23", "", "-", "811218-"}) {
    EXPECT_FALSE(HasPersonalIdentityNumber(text)) << text;
  }
}

TEST(TextTest, TheErrorNamesTheFieldAndNeverTheNumber) {
  const absl::Status status = CheckText("site.note", "se 811218-9876", kNote);
  EXPECT_THAT(status, ErrorIs(absl::StatusCode::kInvalidArgument,
                              base::kPersonalIdentityNumber));
  EXPECT_EQ(base::DetailOf(status).metadata.at("field"), "site.note");
  EXPECT_EQ(base::DetailOf(status).violations.at(0).field, "site.note");
  EXPECT_THAT(status.ToString(), Not(HasSubstr("9876")));
}

// Text that shows otherwise than it reads would mislead whoever acts on it.
TEST(TextTest, OnlyPlainTextPasses) {
  EXPECT_THAT(CheckText("n", "Södra torget – öst 🏫", kDisplayName), IsOk());
  EXPECT_THAT(CheckText("n", "a\tb\r\nc\n", kNote), IsOk());
  EXPECT_THAT(CheckText("n", "", kNote), IsOk());
  const std::string nul("a\0b", 3);
  for (const std::string& bad :
       {nul, std::string("a\nb"), std::string("a\x1b[1m"), std::string("\x7f"),
        std::string("\xC2\x85"),
        std::string("\xE2\x80\xAE"
                    "x"),
        std::string("\xE2\x80\xA8"), std::string(" "), std::string("\xff")}) {
    EXPECT_THAT(
        CheckText("n", bad, kDisplayName),
        ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField))
        << bad;
  }
  EXPECT_FALSE(CheckText("n", "a\rb", kNote).ok());
}

TEST(TextTest, LengthIsInCharacters) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "ö";
  EXPECT_THAT(CheckText("n", text, kDisplayName), IsOk());
  EXPECT_FALSE(CheckText("n", text + "ö", kDisplayName).ok());
}

TEST(Utf8Test, OnlyShortestFormsAndScalarsAreValid) {
  for (const char* good :
       {"", "a", "ö", "€", "🏫", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsValidUtf8(good)) << good;
  }
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(IsValidUtf8(bad));
  }
  EXPECT_EQ(ValidUtf8("a\xC3z\xFF"
                      "ö"),
            "a?z?ö");
}

}  // namespace
}  // namespace lagesbild::api
