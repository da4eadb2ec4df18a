// If these fail, a long import looks stuck, or a short one chats.
#include "cli/places/reading_progress.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/testing/fake_clock.h"

namespace lagesbild::cli {
namespace {

class ReadingProgressTest : public ::testing::Test {
 protected:
  ReadingProgressTest() : out_(std::tmpfile()) {}
  ~ReadingProgressTest() override { std::fclose(out_); }

  std::string Written() {
    std::string text(1000, '\0');
    std::rewind(out_);
    text.resize(std::fread(text.data(), 1, text.size(), out_));
    return text;
  }

  std::FILE* const out_;
  testing::FakeClock clock_;
};

TEST_F(ReadingProgressTest, AShortReadingSaysNothing) {
  ReadingProgress progress(&clock_, out_);
  progress.At(1, 10, 100);
  clock_.Advance(absl::Milliseconds(1900));
  progress.At(2, 20, 100);
  EXPECT_EQ(Written(), "");
}

// A log gets a line now and then, not one for every record.
TEST_F(ReadingProgressTest, ALongOneSaysHowFarItIs) {
  ReadingProgress progress(&clock_, out_);
  for (int record = 1; record <= 150; ++record) {
    clock_.Advance(absl::Milliseconds(100));
    progress.At(record, record, 200);
  }
  EXPECT_EQ(Written(), "read 20 records, 10 %\nread 120 records, 60 %\n");
}

}  // namespace
}  // namespace lagesbild::cli
