#include "lib/access/jwks_file.h"

#include <cstdio>
#include <vector>

#include "lib/access/mint.h"
#include "lib/access/write_file.h"
#include "nlohmann/json.hpp"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

// If these fail, a key that was stolen goes on opening the door after it was
// taken away, or changing an issuer's key shuts everyone out.

namespace lagesbild::access {
namespace {

using lagesbild::testing::Eventually;
using lagesbild::testing::FakeClock;
using lagesbild::testing::IsOk;
using lagesbild::testing::StatusIs;
using lagesbild::testing::TempDir;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// Counts what it is told.
class CountingLogger final : public base::Logger {
 public:
  void Log(base::Severity severity, absl::string_view,
           const base::LogFields&) override {
    base::MutexLock lock(&mutex_);
    ++lines_;
    if (severity == base::Severity::kError) ++errors_;
  }
  int lines() const {
    base::MutexLock lock(&mutex_);
    return lines_;
  }
  int errors() const {
    base::MutexLock lock(&mutex_);
    return errors_;
  }

 private:
  mutable base::Mutex mutex_;
  int lines_ ABSL_GUARDED_BY(mutex_) = 0;
  int errors_ ABSL_GUARDED_BY(mutex_) = 0;
};

class JwksFileTest : public ::testing::Test {
 protected:
  void Write(const std::string& text) {
    ASSERT_THAT(ReplaceFile(path_, text, FileSecrecy::kOpen), IsOk());
  }
  void WriteKeys(const std::vector<std::string>& kids) {
    json keys = json::array();
    for (const std::string& kid : kids) {
      keys.push_back(json::parse(*JwksOf({*NewEs256Key()}))["keys"][0]);
      keys.back()["kid"] = kid;
    }
    Write(json{{"keys", keys}}.dump());
  }
  absl::StatusOr<std::unique_ptr<JwksFile>> Open() {
    return JwksFile::Open(path_, &clock_, &logger_);
  }

  FakeClock clock_;
  CountingLogger logger_;
  TempDir dir_;
  const std::string path_ = dir_.File("jwks.json");
};

TEST_F(JwksFileTest, AKeyThatWasTakenAwayIsGoneWithoutAnyoneAsking) {
  WriteKeys({"one", "two"});
  ASSERT_OK_AND_ASSIGN(const auto file, Open());
  EXPECT_NE(file->Find("one"), nullptr);
  WriteKeys({"two"});
  clock_.Advance(kJwksInterval);
  EXPECT_TRUE(Eventually([&] { return file->Find("one") == nullptr; }));
  EXPECT_NE(file->Find("two"), nullptr);
}

TEST_F(JwksFileTest, ANewKeyIsFoundWithinTheInterval) {
  WriteKeys({"one"});
  ASSERT_OK_AND_ASSIGN(const auto file, Open());
  WriteKeys({"one", "two"});
  EXPECT_EQ(file->Find("two"), nullptr);
  clock_.Advance(kJwksInterval);
  EXPECT_TRUE(Eventually([&] { return file->Find("two") != nullptr; }));
}

// An RPC thread that asks for a key must not wait for a disk.
TEST_F(JwksFileTest, AskingForAnUnknownKeyDoesNotReadTheFile) {
  WriteKeys({"one"});
  ASSERT_OK_AND_ASSIGN(const auto file, Open());
  WriteKeys({"one", "two"});
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(file->Find("two"), nullptr);
}

TEST_F(JwksFileTest, TheLastGoodSetStaysInForce) {
  WriteKeys({"one"});
  ASSERT_OK_AND_ASSIGN(const auto file, Open());
  int errors = 0;
  for (const char* broken : {"", "{}", "{\"keys\":[]}"}) {
    Write(broken);
    clock_.Advance(kJwksInterval);
    ++errors;
    EXPECT_TRUE(Eventually([&] { return logger_.errors() == errors; }));
    EXPECT_NE(file->Find("one"), nullptr);
    EXPECT_THAT(file->Reload(), Not(IsOk()));
  }
  std::remove(path_.c_str());
  EXPECT_THAT(file->Reload(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_NE(file->Find("one"), nullptr);
}

// A log that says the same every half minute is not read.
TEST_F(JwksFileTest, AFileThatStaysAsItIsIsReadOnce) {
  WriteKeys({"one"});
  ASSERT_OK_AND_ASSIGN(const auto file, Open());
  Write("{}");
  clock_.Advance(kJwksInterval);
  EXPECT_TRUE(Eventually([&] { return logger_.lines() == 1; }));
  for (int i = 0; i < 3; ++i) clock_.Advance(kJwksInterval);
  WriteKeys({"two"});
  clock_.Advance(kJwksInterval);
  EXPECT_TRUE(Eventually([&] { return file->Find("two") != nullptr; }));
  EXPECT_EQ(logger_.errors(), 1);
}

TEST_F(JwksFileTest, AnOperatorNeedNotWait) {
  WriteKeys({"one", "two"});
  ASSERT_OK_AND_ASSIGN(const auto file, Open());
  WriteKeys({"two"});
  ASSERT_THAT(file->Reload(), IsOk());
  EXPECT_EQ(file->Find("one"), nullptr);
}

TEST_F(JwksFileTest, AMissingOrBrokenFileIsNamedOnce) {
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kNotFound));
  Write("{}");
  const auto file = Open();
  EXPECT_THAT(file, StatusIs(absl::StatusCode::kInvalidArgument));
  const std::string message(file.status().message());
  EXPECT_THAT(message, HasSubstr(path_));
  EXPECT_EQ(message.find(path_), message.rfind(path_)) << message;
}

}  // namespace
}  // namespace lagesbild::access
