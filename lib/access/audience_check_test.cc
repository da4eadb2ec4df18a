#include "lib/access/audience_check.h"

#include "google/protobuf/any.pb.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/timestamp.pb.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/access/testdata/shapes.pb.h"
#include "tests/testing/status_matchers.h"

// If these fail, a contract that forgets who may see a field is built and
// shipped.

namespace lagesbild::access {
namespace {

using google::protobuf::FileDescriptorSet;
using lagesbild::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FileDescriptorSet Base() {
  FileDescriptorSet files;
  for (const google::protobuf::Descriptor* type :
       {google::protobuf::FileDescriptorProto::descriptor(),
        google::protobuf::Any::descriptor(),
        google::protobuf::Timestamp::descriptor(), v1::Caller::descriptor()}) {
    type->file()->CopyTo(files.add_file());
  }
  return files;
}

// The faults of one contract, given as a FileDescriptorProto's text.
absl::StatusOr<std::vector<std::string>> FaultsOf(const std::string& package,
                                                  const std::string& body) {
  FileDescriptorSet files = Base();
  auto* file = files.add_file();
  if (!google::protobuf::TextFormat::ParseFromString(body, file)) {
    return absl::InternalError("the test's own contract does not parse");
  }
  file->set_syntax("proto3");
  file->set_name("x.proto");
  file->set_package(package);
  file->add_dependency(v1::Caller::descriptor()->file()->name());
  return AudienceFaults(files);
}

absl::StatusOr<std::vector<std::string>> FaultsOf(const std::string& body) {
  return FaultsOf("lagesbild.x.v1", body);
}

TEST(AudienceCheckTest, TheAccessContractIsWhole) {
  ASSERT_OK_AND_ASSIGN(const auto faults, AudienceFaults(Base()));
  EXPECT_THAT(faults, IsEmpty());
}

TEST(AudienceCheckTest, NamesAFieldWithoutAnAudience) {
  ASSERT_OK_AND_ASSIGN(const auto faults, FaultsOf(R"(
    message_type {
      name: 'Outer'
      nested_type {
        name: 'Inner' field { name: 'text' number: 1 type: TYPE_STRING } }
      field {
        name: 'inner' number: 1 type: TYPE_MESSAGE type_name: 'Inner'
        options { [lagesbild.access.v1.audience]: AUDIENCE_PUBLIC } }
      field { name: 'count' number: 2 type: TYPE_INT32 }
      field {
        name: 'unset' number: 3 type: TYPE_STRING
        options { [lagesbild.access.v1.audience]: AUDIENCE_UNSPECIFIED } }
    })"));
  EXPECT_THAT(faults,
              ElementsAre(HasSubstr("x.proto: lagesbild.x.v1.Outer.count:"),
                          HasSubstr("lagesbild.x.v1.Outer.unset:"),
                          HasSubstr("lagesbild.x.v1.Outer.Inner.text:")));
}

TEST(AudienceCheckTest, AMessageMaySpeakForItsFields) {
  ASSERT_OK_AND_ASSIGN(const auto faults, FaultsOf(R"(
    message_type {
      name: 'Whole'
      options {
        [lagesbild.access.v1.message_audience]: AUDIENCE_PARTNERS
        [lagesbild.access.v1.scope] {
          owner: 'agency' areas: 'areas' areas: 'main' } }
      field { name: 'agency' number: 1 type: TYPE_STRING }
      field { name: 'areas' number: 2 type: TYPE_STRING label: LABEL_REPEATED }
      field { name: 'main' number: 3 type: TYPE_STRING }
      nested_type {
        name: 'MapEntry' options { map_entry: true }
        field { name: 'key' number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
        field { name: 'value' number: 2 type: TYPE_STRING
                label: LABEL_OPTIONAL } }
      field { name: 'map' number: 4 label: LABEL_REPEATED
              type: TYPE_MESSAGE type_name: 'MapEntry' }
    })"));
  EXPECT_THAT(faults, IsEmpty());
}

TEST(AudienceCheckTest, NamesAMethodWithoutARule) {
  ASSERT_OK_AND_ASSIGN(const auto faults, FaultsOf(R"(
    message_type { name: 'M' }
    service {
      name: 'S'
      method { name: 'Open' input_type: 'M' output_type: 'M' }
      method {
        name: 'Wrong' input_type: 'M' output_type: 'M'
        options { [lagesbild.access.v1.rule] { roles: ROLE_UNSPECIFIED } } }
      method {
        name: 'Right' input_type: 'M' output_type: 'M'
        options { [lagesbild.access.v1.rule] { roles: ROLE_VIEWER } } }
    })"));
  EXPECT_THAT(faults, ElementsAre(HasSubstr("lagesbild.x.v1.S.Open:"),
                                  HasSubstr("lagesbild.x.v1.S.Wrong:")));
}

TEST(AudienceCheckTest, NamesAScopeThatPointsNowhere) {
  ASSERT_OK_AND_ASSIGN(const auto faults, FaultsOf(R"(
    message_type {
      name: 'M'
      options {
        [lagesbild.access.v1.message_audience]: AUDIENCE_PARTNERS
        [lagesbild.access.v1.scope] {
          owner: 'owners' areas: 'count' areas: 'missing' areas: 'bytes' } }
      field { name: 'owners' number: 1 type: TYPE_STRING label: LABEL_REPEATED }
      field { name: 'count' number: 2 type: TYPE_INT32 }
      field { name: 'bytes' number: 3 type: TYPE_BYTES }
    }
    message_type { name: 'N' options { [lagesbild.access.v1.scope] {} } })"));
  EXPECT_THAT(faults,
              ElementsAre(HasSubstr("(scope).owner \"owners\""),
                          HasSubstr("(scope).areas \"count\""),
                          HasSubstr("(scope).areas \"missing\""),
                          HasSubstr("(scope).areas \"bytes\""),
                          HasSubstr("lagesbild.x.v1.N: its (scope) names no")));
}

TEST(AudienceCheckTest, StoredRecordsAndConfigurationAreNotContracts) {
  const std::string body =
      "message_type { name: 'M' field { name: 'text' number: 1 type: "
      "TYPE_STRING } }";
  ASSERT_OK_AND_ASSIGN(auto faults, FaultsOf("lagesbild.x.store.v1", body));
  EXPECT_THAT(faults, IsEmpty());
  ASSERT_OK_AND_ASSIGN(faults, FaultsOf("lagesbild.x.config.v1", body));
  EXPECT_THAT(faults, IsEmpty());
  ASSERT_OK_AND_ASSIGN(faults, FaultsOf("lagesbild.stores.v1", body));
  EXPECT_THAT(faults, Contains(HasSubstr("lagesbild.stores.v1.M.text")));
}

TEST(AudienceCheckTest, ASetThatDoesNotLinkIsAnError) {
  EXPECT_THAT(FaultsOf("message_type { name: 'M' field { name: 'm' number: 1 "
                       "type_name: 'Missing' } }"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lagesbild::access
