// If these fail, a client cannot tell "empty" from "not for you", gets another
// caller's bytes, or learns from an etag that hidden text changed.

#include "gmock/gmock.h"
#include "lib/access/caller.h"
#include "lib/access/etag.h"
#include "lib/access/redactor.h"
#include "lib/access/testdata/shapes.pb.h"

namespace lagesbild::access {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Record;

v1::Caller Agency(const std::string& id, v1::AgencyKind kind,
                  const std::vector<std::string>& areas = {}) {
  v1::Caller caller;
  caller.set_agency(id);
  caller.set_kind(kind);
  for (const std::string& area : areas) caller.add_areas(area);
  return caller;
}

const v1::Caller kPolice = Agency("police-a", v1::AGENCY_KIND_POLICE, {"0180"});
const v1::Caller kTown =
    Agency("town-a", v1::AGENCY_KIND_MUNICIPALITY, {"0180"});

TEST(RedactedFieldsTest, NamesWhatTheCallerIsNotSureToSee) {
  const Redactor redactor;
  const auto& town = redactor.RedactedFields(
      testing::ListRecordsResponse::descriptor(), kTown);
  EXPECT_THAT(town, AllOf(Contains("records.police_note"),
                          Contains("records.responsible_note"),
                          Contains("records.parts_by_name.police_text"),
                          Contains("records.unstated.text"),
                          Contains("records.detail")));
  EXPECT_THAT(town, AllOf(Not(Contains("records")),
                          Not(Contains("records.partners_note")),
                          Not(Contains("records.time"))));
  const auto& police = redactor.RedactedFields(
      testing::ListRecordsResponse::descriptor(), kPolice);
  EXPECT_THAT(police, AllOf(Not(Contains("records.police_note")),
                            Not(Contains("records.responsible_note")),
                            Contains("records.owner_note")));
}

TEST(RedactedFieldsTest, ScopeDecidesWhatIsSure) {
  const Redactor redactor;
  const auto* part = testing::Part::descriptor();
  EXPECT_THAT(redactor.RedactedFields(part, kPolice),
              ElementsAre("responsible_text", "owner_text", "unstated_text"));
  const v1::Caller board = Agency("b", v1::AGENCY_KIND_COUNTY_BOARD, {"*"});
  EXPECT_THAT(redactor.RedactedFields(Record::descriptor(), board),
              Not(Contains("responsible_note")));
  EXPECT_THAT(redactor.RedactedFields(testing::Owned::descriptor(), board),
              ElementsAre("responsible_note"));
}

TEST(RedactedFieldsTest, TheEndsOfTheScale) {
  const Redactor redactor;
  EXPECT_THAT(redactor.RedactedFields(Record::descriptor(), SuiteMember("x")),
              IsEmpty());
  EXPECT_THAT(redactor.RedactedFields(testing::Plain::descriptor(), kTown),
              IsEmpty());
  EXPECT_THAT(
      redactor.RedactedFields(testing::Plain::descriptor(), v1::Caller()),
      ElementsAre("text", "child", "time"));
}

TEST(VisibilityKeyTest, IsSharedWhereTheTypeAllowsIt) {
  const Redactor redactor;
  const v1::Caller other = Agency("town-b", v1::AGENCY_KIND_MUNICIPALITY, {});
  const auto key = [&](const google::protobuf::Descriptor* type,
                       const v1::Caller& caller) {
    return redactor.VisibilityKey(type, caller);
  };
  const auto* plain = testing::Plain::descriptor();
  EXPECT_EQ(key(plain, kTown), key(plain, kPolice));
  EXPECT_EQ(key(plain, kTown), key(plain, SuiteMember("x")));
  EXPECT_NE(key(plain, kTown), key(plain, v1::Caller()));
  const auto* police_only = testing::PoliceOnly::descriptor();
  EXPECT_EQ(key(police_only, kTown), key(police_only, other));
  EXPECT_NE(key(police_only, kTown), key(police_only, kPolice));
  EXPECT_NE(key(Record::descriptor(), kTown), key(Record::descriptor(), other));
}

TEST(VisibilityKeyTest, AreasDoNotRunTogether) {
  const Redactor redactor;
  const auto kind = v1::AGENCY_KIND_MUNICIPALITY;
  const auto key = [&](const std::vector<std::string>& areas) {
    return redactor.VisibilityKey(Record::descriptor(),
                                  Agency("town-a", kind, areas));
  };
  EXPECT_EQ(key({"1", "2"}), key({"2", "1", "2"}));
  EXPECT_NE(key({"1", "2"}), key({"12"}));
  EXPECT_NE(key({"1;1:2"}), key({"1", "2"}));
}

TEST(EtagTest, FollowsWhatTheCallerSees) {
  const Redactor redactor;
  Record record;
  record.set_agency("police-a");
  record.set_police_note("one");
  const std::string town = Etag(record, kTown, redactor);
  const std::string police = Etag(record, kPolice, redactor);
  record.set_police_note("two");
  EXPECT_EQ(Etag(record, kTown, redactor), town);
  EXPECT_NE(Etag(record, kPolice, redactor), police);
  record.set_partners_note("new");
  EXPECT_NE(Etag(record, kTown, redactor), town);
}

TEST(EtagTest, LeavesItselfOutAndDoesNotHangOnTheOrderOfMaps) {
  const Redactor redactor;
  Record one;
  Record two;
  for (int i = 0; i < 50; ++i) {
    (*one.mutable_parts_by_name())[std::to_string(i)].set_public_text("x");
    (*two.mutable_parts_by_name())[std::to_string(49 - i)].set_public_text("x");
  }
  one.set_etag("earlier");
  EXPECT_EQ(Etag(one, kTown, redactor), Etag(two, kTown, redactor));
  EXPECT_EQ(Etag(one, kTown, redactor).size(), 22u);
  EXPECT_EQ(one.etag(), "earlier");
}

}  // namespace
}  // namespace lagesbild::access
