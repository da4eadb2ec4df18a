#include "lib/access/redactor.h"

#include <thread>

#include "google/protobuf/any.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "gtest/gtest.h"
#include "lib/access/caller.h"
#include "lib/access/testdata/shapes.pb.h"

// If these fail, restricted text leaves the suite by a way that a list of
// fields would not show: unknown fields, wrapped messages, foreign scopes.

namespace lagesbild::access {
namespace {

using google::protobuf::Any;
using testing::Record;

v1::Caller Agency(const std::string& id, v1::AgencyKind kind,
                  const std::vector<std::string>& areas = {}) {
  v1::Caller caller;
  caller.set_agency(id);
  caller.set_kind(kind);
  for (const std::string& area : areas) caller.add_areas(area);
  return caller;
}

v1::Caller Town() {
  return Agency("town-a", v1::AGENCY_KIND_MUNICIPALITY, {"0180"});
}
v1::Caller Police() { return Agency("police-a", v1::AGENCY_KIND_POLICE); }

Record Sample() {
  Record record;
  record.set_name("records/1");
  record.set_agency("police-a");
  record.set_municipality("0180");
  record.set_partners_note("partners");
  record.set_responsible_note("responsible");
  record.set_police_note("police");
  record.set_owner_note("owner");
  record.set_owner_count(7);
  record.set_police_bytes("bytes");
  record.mutable_police_time()->set_seconds(1);
  record.mutable_time()->set_seconds(2);
  record.set_police_choice("choice");
  return record;
}

TEST(RedactorTest, EachAudienceIsShownToItsOwn) {
  const Redactor redactor;
  Record town = Sample();
  redactor.Redact(Town(), &town);
  EXPECT_EQ(town.responsible_note(), "responsible");
  EXPECT_EQ(town.police_note(), "");
  EXPECT_EQ(town.owner_note(), "");
  EXPECT_EQ(town.owner_count(), 0);
  EXPECT_EQ(town.police_bytes(), "");
  EXPECT_FALSE(town.has_police_time());
  EXPECT_EQ(town.time().seconds(), 2);
  EXPECT_EQ(town.choice_case(), Record::CHOICE_NOT_SET);

  Record other = Sample();
  redactor.Redact(Agency("customs", v1::AGENCY_KIND_CUSTOMS), &other);
  EXPECT_EQ(other.police_note(), "police");
  EXPECT_EQ(other.responsible_note(), "responsible");
  EXPECT_EQ(other.owner_note(), "");
}

// What the police add to a municipality's report is not the municipality's.
TEST(RedactorTest, TheOwnerSeesAllButWhatIsForLawEnforcement) {
  const Redactor redactor;
  Record record = Sample();
  record.set_agency("town-a");
  record.set_municipality("0199");
  Record seen = record;
  redactor.Redact(Town(), &seen);
  record.clear_police_note();
  record.clear_police_bytes();
  record.clear_police_time();
  record.clear_choice();
  EXPECT_EQ(seen.SerializeAsString(), record.SerializeAsString());
}

TEST(RedactorTest, AnonymousAndUnknownKindsSeePublicAlone) {
  const Redactor redactor;
  const std::vector<v1::Caller> callers = {
      v1::Caller(), Agency("police-a", v1::AGENCY_KIND_UNSPECIFIED),
      Agency("", v1::AGENCY_KIND_POLICE),
      Agency("police-a", static_cast<v1::AgencyKind>(99))};
  for (const v1::Caller& caller : callers) {
    Record seen = Sample();
    redactor.Redact(caller, &seen);
    Record name_alone;
    name_alone.set_name("records/1");
    EXPECT_EQ(seen.SerializeAsString(), name_alone.SerializeAsString());
  }
}

TEST(RedactorTest, ASuiteMemberSeesEverything) {
  const Redactor redactor;
  Record seen = Sample();
  redactor.Redact(SuiteMember("proximity"), &seen);
  EXPECT_EQ(seen.SerializeAsString(), Sample().SerializeAsString());
}

TEST(RedactorTest, AnEmptyOwnerIsNobodys) {
  const Redactor redactor;
  Record seen = Sample();
  seen.clear_agency();
  redactor.Redact(Police(), &seen);
  EXPECT_EQ(seen.owner_note(), "");
}

TEST(RedactorTest, AChildsScopeReplacesItsParents) {
  const Redactor redactor;
  Record record = Sample();
  record.set_agency("town-a");
  *record.mutable_child() = Sample();
  redactor.Redact(Town(), &record);
  EXPECT_EQ(record.owner_note(), "owner");
  EXPECT_EQ(record.child().owner_note(), "");
  EXPECT_EQ(record.child().responsible_note(), "responsible");
}

TEST(RedactorTest, WithoutScopeNeitherOwnerNorResponsible) {
  const Redactor redactor;
  testing::Part part;
  part.set_owner_text("owner");
  part.set_responsible_text("responsible");
  part.set_police_text("police");
  redactor.Redact(Police(), &part);
  EXPECT_EQ(part.owner_text(), "");
  EXPECT_EQ(part.responsible_text(), "");
  EXPECT_EQ(part.police_text(), "police");
}

TEST(RedactorTest, TheWholeRegionIncludesARecordWithoutAreas) {
  const Redactor redactor;
  const v1::Caller board = Agency("board", v1::AGENCY_KIND_COUNTY_BOARD, {"*"});
  Record record = Sample();
  record.clear_municipality();
  redactor.Redact(board, &record);
  EXPECT_EQ(record.responsible_note(), "responsible");
  testing::Owned owned;
  owned.set_responsible_note("nobody can be responsible");
  redactor.Redact(board, &owned);
  EXPECT_EQ(owned.responsible_note(), "");
}

TEST(RedactorTest, UnknownFieldsAreDroppedAtEveryDepth) {
  const Redactor redactor;
  Record record = Sample();
  record.GetReflection()->MutableUnknownFields(&record)->AddLengthDelimited(
      900, "secret");
  testing::Part* inner = record.mutable_part()->mutable_inner();
  inner->GetReflection()->MutableUnknownFields(inner)->AddLengthDelimited(
      900, "secret");
  redactor.Redact(Police(), &record);
  EXPECT_EQ(record.SerializeAsString().find("secret"), std::string::npos);
}

TEST(RedactorTest, AnAnyIsRedactedOrEmptied) {
  const Redactor redactor;
  Record record;
  record.add_details()->PackFrom(Sample());
  record.add_details()->set_type_url("type.googleapis.com/no.such.Type");
  record.mutable_details(1)->set_value("secret");
  Any* broken = record.add_details();
  broken->PackFrom(Sample());
  broken->set_value("\xff\xff\xff");
  redactor.Redact(Town(), &record);
  Record inner;
  ASSERT_TRUE(record.details(0).UnpackTo(&inner));
  EXPECT_EQ(inner.responsible_note(), "responsible");
  EXPECT_EQ(inner.police_note(), "");
  EXPECT_EQ(record.details(1).ByteSizeLong(), 0u);
  EXPECT_EQ(record.details(2).ByteSizeLong(), 0u);
}

TEST(RedactorTest, EndlesslyWrappedAnysAreEmptied) {
  const Redactor redactor;
  Any any;
  any.PackFrom(Sample());
  for (int i = 0; i < 2000; ++i) {
    Any outer;
    outer.set_type_url("type.googleapis.com/google.protobuf.Any");
    any.SerializeToString(outer.mutable_value());
    any = std::move(outer);
  }
  redactor.Redact(Town(), &any);
  EXPECT_EQ(any.SerializeAsString().find("police"), std::string::npos);
}

TEST(RedactorTest, TypesWithNothingRestrictedPassUntouched) {
  const Redactor redactor;
  EXPECT_FALSE(redactor.CanCarryRestricted(testing::Plain::descriptor()));
  EXPECT_TRUE(redactor.CanCarryRestricted(Record::descriptor()));
  EXPECT_TRUE(redactor.CanCarryRestricted(testing::Unstated::descriptor()));
  EXPECT_TRUE(redactor.CanCarryRestricted(Any::descriptor()));
  EXPECT_TRUE(redactor.PassesUntouched(testing::Plain::descriptor(), Town()));
  EXPECT_FALSE(
      redactor.PassesUntouched(testing::Plain::descriptor(), v1::Caller()));
  EXPECT_TRUE(
      redactor.PassesUntouched(testing::Open::descriptor(), v1::Caller()));
}

TEST(RedactorTest, MessagesOfAnotherPoolAreRedactedAlike) {
  google::protobuf::DescriptorPool pool;
  std::vector<const google::protobuf::FileDescriptor*> files = {
      google::protobuf::DescriptorProto::descriptor()->file(),
      Any::descriptor()->file(),
      google::protobuf::Timestamp::descriptor()->file(),
      v1::Caller::descriptor()->file(), Record::descriptor()->file()};
  for (const auto* file : files) {
    google::protobuf::FileDescriptorProto proto;
    file->CopyTo(&proto);
    ASSERT_NE(pool.BuildFile(proto), nullptr);
  }
  google::protobuf::DynamicMessageFactory factory(&pool);
  const auto* type = pool.FindMessageTypeByName(Record().GetTypeName());
  std::unique_ptr<google::protobuf::Message> seen(
      factory.GetPrototype(type)->New());
  Record record = Sample();
  record.mutable_detail()->PackFrom(Sample());
  (*record.mutable_parts_by_name())["a"].set_police_text("police");
  ASSERT_TRUE(seen->ParseFromString(record.SerializeAsString()));
  const Redactor redactor;
  redactor.Redact(Town(), seen.get());
  redactor.Redact(Town(), &record);
  Record back;
  ASSERT_TRUE(back.ParseFromString(seen->SerializeAsString()));
  EXPECT_EQ(back.DebugString(), record.DebugString());
  EXPECT_EQ(back.DebugString().find("police\""), std::string::npos);
}

// A filter would find out by yes and no what a hidden field holds.
TEST(RedactorTest, FiltersOverHiddenFieldsAreRefused) {
  const Redactor redactor;
  const auto check = [&](const v1::Caller& caller, const std::string& path) {
    return redactor.CheckFilterFields(Record::descriptor(), caller, {path});
  };
  EXPECT_TRUE(check(Town(), "partners_note").ok());
  EXPECT_TRUE(check(Police(), "police_note").ok());
  for (const char* path : {"police_note", "owner_note", "police_notes.key",
                           "part", "part.police_text"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(check(Town(), path))) << path;
  }
}

TEST(RedactorTest, ThreadsMayMeetATypeAtOnce) {
  const Redactor redactor;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&redactor] {
      Record seen = Sample();
      redactor.Redact(Town(), &seen);
      EXPECT_EQ(seen.police_note(), "");
      EXPECT_FALSE(
          redactor.RedactedFields(Record::descriptor(), Town()).empty());
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace lagesbild::access
