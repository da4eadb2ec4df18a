// If these fail, a cell of a table ends where it does not, and a school stands
// in another's place.
#include "cli/places/csv_reader.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::SizeIs;
using Cells = std::vector<std::string>;

absl::StatusOr<std::vector<CsvRecord>> ReadAll(const std::string& text,
                                               char separator = ',') {
  std::istringstream in(text);
  CsvReader reader(&in, separator);
  std::vector<CsvRecord> records;
  while (true) {
    auto record = reader.Next();
    if (!record.ok()) return record.status();
    if (!*record) return records;
    records.push_back(**std::move(record));
  }
}

std::string Error(const std::string& text) {
  return std::string(ReadAll(text).status().message());
}

TEST(CsvReaderTest, QuotesHoldSeparatorsQuotesAndLineBreaks) {
  const auto records = ReadAll("a,\"b, \"\"c\"\"\nd\"\n e ,f\n");
  ASSERT_THAT(records, IsOk());
  ASSERT_THAT(*records, SizeIs(2));
  EXPECT_THAT((*records)[0].cells, ElementsAre("a", "b, \"c\"\nd"));
  EXPECT_THAT((*records)[1].cells, ElementsAre("e", "f"));
  EXPECT_EQ((*records)[1].line, 3);
}

// What a spreadsheet on Windows writes.
TEST(CsvReaderTest, MarkCrlfBlankLinesAndNoLastLineBreak) {
  const auto records = ReadAll("\xEF\xBB\xBFid;name\r\n\r\n1;\r\n2;x", ';');
  ASSERT_THAT(records, IsOk());
  ASSERT_THAT(*records, SizeIs(3));
  EXPECT_THAT((*records)[0].cells, ElementsAre("id", "name"));
  EXPECT_THAT((*records)[1].cells, ElementsAre("1", ""));
  EXPECT_EQ((*records)[1].line, 3);
  EXPECT_THAT((*records)[2].cells, ElementsAre("2", "x"));
}

TEST(CsvReaderTest, WhatIsWrongIsNamedByLine) {
  EXPECT_THAT(Error("a,b\nc,\"d\n"),
              HasSubstr("line 2: a quote is not closed"));
  EXPECT_THAT(Error("a\n\"b\"c\n"), HasSubstr("line 2: text follows"));
  EXPECT_THAT(Error("a\nSk\xF6ndal\n"), HasSubstr("line 2: is not UTF-8"));
}

// One open quote must not swallow the rest of a large file.
TEST(CsvReaderTest, ARecordHasLimits) {
  EXPECT_THAT(Error("\"" + std::string(kMaxCsvRecordBytes + 1, 'a')),
              HasSubstr("line 1: the record is too long"));
  EXPECT_THAT(Error(std::string(kMaxCsvCells, ',')), HasSubstr("too many"));
}

TEST(CsvReaderTest, TheSeparatorIsFoundOutsideQuotes) {
  EXPECT_EQ(FindSeparator("id;\"a,b,c\";d\n,,,,"), ';');
  EXPECT_EQ(FindSeparator("id\tname\n"), '\t');
  EXPECT_EQ(FindSeparator("id,name"), ',');
  EXPECT_EQ(FindSeparator("id\n1,2"), std::nullopt);
}

}  // namespace
}  // namespace lagesbild::cli
