#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lagesbild/testing/v1/probe.pb.h"
#include "lib/api/digest.h"
#include "lib/api/field_mask.h"
#include "lib/api/names.h"
#include "lib/api/paging.h"
#include "lib/api/time.h"
#include "lib/base/status.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::api {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;
using ::lagesbild::testing::v1::GetRequest;
using ::lagesbild::testing::v1::PutRequest;
using ::lagesbild::testing::v1::Record;
using ::testing::ElementsAre;

constexpr char kSite[] = "regions/{region}/sites/{site}";

// A name taken for another resource's would read or change the wrong site.
TEST(NamesTest, OnlyWholeNamesOfThePatternParse) {
  ASSERT_OK_AND_ASSIGN(const auto ids,
                       ParseName(kSite, "regions/r1/sites/a.b_-"));
  EXPECT_THAT(ids, ElementsAre("r1", "a.b_-"));
  EXPECT_EQ(FormatName(kSite, ids), "regions/r1/sites/a.b_-");
  for (const char* bad :
       {"", "regions/r1", "regions/r1/sites/", "regions//sites/x",
        "regions/r1/sites/x/", "/regions/r1/sites/x", "regions/r1/places/x",
        "regions/r1/sites/X", "regions/r1/sites/..", "regions/r1/sites/-",
        "regions/r1/sites/a b", "regions/r1/sites/a\xC3\xB6"}) {
    const auto parsed = ParseName(kSite, bad, "site.name");
    EXPECT_THAT(parsed, ErrorIs(absl::StatusCode::kInvalidArgument,
                                base::kInvalidField))
        << bad;
    EXPECT_EQ(base::DetailOf(parsed.status()).violations[0].field, "site.name");
  }
}

TEST(NamesTest, AnyIsAllowedOnlyWhereAskedFor) {
  ASSERT_OK_AND_ASSIGN(const auto ids,
                       ParseNameOrAny("regions/{region}", "regions/-"));
  EXPECT_THAT(ids, ElementsAre("-"));
}

// A name of another county would be answered with this one's record.
TEST(NamesTest, NamesAreOfThisRegion) {
  EXPECT_THAT(CheckRegion("stockholm", "regions/stockholm"), IsOk());
  EXPECT_THAT(CheckRegion("stockholm", "regions/uppsala"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(CheckRegion("stockholm", "stockholm"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(*IdInRegion("stockholm", kSite, "regions/stockholm/sites/s"), "s");
  EXPECT_THAT(IdInRegion("stockholm", kSite, "regions/uppsala/sites/s"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(IdInRegion("stockholm", kSite, "regions/stockholm"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(NamesTest, IdsAreBounded) {
  EXPECT_THAT(CheckId(std::string(63, 'a'), "id"), IsOk());
  EXPECT_FALSE(CheckId(std::string(64, 'a'), "id").ok());
}

TEST(NamesTest, ExternalIdsStayReadableAndApart) {
  EXPECT_EQ(IdForExternal("12345678"), "12345678");
  EXPECT_THAT(IdForExternal("Södermalm"), ::testing::StartsWith("sodermalm-"));
  EXPECT_NE(IdForExternal("Östra"), IdForExternal("Ostra"));
  const std::string mapped = IdForExternal("Å/Ä: vägen 1");
  EXPECT_THAT(mapped, ::testing::StartsWith("a-a-vagen-1-"));
  EXPECT_NE(IdForExternal(mapped), mapped);
  for (const std::string& odd :
       {std::string(), std::string("///"), std::string(500, 'x'),
        std::string("\xff\x00", 2), std::string("-a-"), std::string("..")}) {
    EXPECT_THAT(CheckId(IdForExternal(odd), "id"), IsOk()) << odd;
  }
}

// A page of another list, or a list without end.
TEST(PagingTest, SizesAreClamped) {
  EXPECT_EQ(*PageSize(0), 50);
  EXPECT_EQ(*PageSize(7), 7);
  EXPECT_EQ(*PageSize(1001), 1000);
  EXPECT_FALSE(PageSize(-1).ok());
}

TEST(PagingTest, ATokenGoesOnWithItsOwnQueryOnly) {
  GetRequest request;
  request.set_filter("a = 1");
  const PageStart start{"17/\nsite/\x01x", Pin{17, base::Date(2026, 11, 27)}};
  const std::string token = PageToken(QueryDigest(request), start);
  request.set_page_token(token);
  request.set_page_size(5);
  EXPECT_EQ(*ParsePageToken(token, QueryDigest(request)), start);
  const PageStart loose{"a", std::nullopt};
  EXPECT_EQ(*ParsePageToken(PageToken(QueryDigest(request), loose),
                            QueryDigest(request)),
            loose);
  request.set_filter("a = 2");
  EXPECT_THAT(ParsePageToken(token, QueryDigest(request)),
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
  EXPECT_EQ(*ParsePageToken("", QueryDigest(request)), PageStart());
  for (const char* bad : {"x", "!!", "AAAA", "YWJjZGVmZ2hpamtsbW5vcHFy"}) {
    EXPECT_FALSE(ParsePageToken(bad, QueryDigest(request)).ok()) << bad;
  }
}

// A revision of before a backup was restored is another one afterwards.
TEST(PagingTest, ATokenIsOfOneStore) {
  GetRequest request;
  const absl::Time now = absl::UnixEpoch();
  ASSERT_OK_AND_ASSIGN(const Listing first, ReadListing(request, now, "a"));
  request.set_page_token(first.Next("x", 17));
  EXPECT_THAT(ReadListing(request, now, "a"), IsOk());
  EXPECT_THAT(ReadListing(request, now, "b"),
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
}

// One that lost its end would go on somewhere else.
TEST(PagingTest, ATokenThatWasCutIsNone) {
  const GetRequest request;
  const std::string digest = QueryDigest(request);
  const std::string token =
      PageToken(digest, {"site/12345", Pin{17, base::Date(2026, 11, 27)}});
  for (std::size_t size = 1; size < token.size(); ++size) {
    EXPECT_FALSE(ParsePageToken(token.substr(0, size), digest).ok()) << size;
  }
}

TEST(PagingTest, AListingKeepsTheVersionThatItBeganWith) {
  access::v1::AsOf as_of;
  GetRequest request;
  const auto at = [](int day) {
    return absl::FromCivil(absl::CivilDay(2026, 11, day),
                           absl::FixedTimeZone(3600)) +
           absl::Hours(12);
  };
  ASSERT_OK_AND_ASSIGN(const Listing first,
                       ReadListing(request, at(27), "store"));
  EXPECT_TRUE(first.as_of.IsHead());
  request.set_page_token(first.Next("x", 17));
  ASSERT_OK_AND_ASSIGN(const Listing second,
                       ReadListing(request, at(28), "store"));
  EXPECT_EQ(second.after, "x");
  EXPECT_EQ(second.as_of.revision, 17);
  EXPECT_EQ(second.as_of.ValidDate(at(28)), base::Date(2026, 11, 27));
}

// A retried write would be taken for another one, and done twice.
TEST(DigestTest, TheRequestIdIsNoPartOfTheRequest) {
  PutRequest a;
  a.mutable_record()->set_name("n");
  (*a.mutable_record()->mutable_labels())["k1"] = "v";
  (*a.mutable_record()->mutable_labels())["k2"] = "v";
  PutRequest b = a;
  b.set_request_id("other");
  EXPECT_EQ(RequestDigest(a), RequestDigest(b));
  b.mutable_record()->set_name("m");
  EXPECT_NE(RequestDigest(a), RequestDigest(b));
  EXPECT_NE(RequestDigest(PutRequest()), RequestDigest(GetRequest()));
}

Record Before() {
  Record record;
  record.set_name("n");
  record.set_count(3);
  record.set_rank(4);
  record.add_tags("old");
  record.mutable_owner()->set_system("s");
  record.mutable_owner()->set_id("i");
  return record;
}

// An update that touches more than its mask says loses somebody's words.
TEST(FieldMaskTest, OnlyThePathsOfTheMaskChange) {
  Record to = Before();
  Record from;
  from.add_tags("new");
  from.set_name("ignored");
  google::protobuf::FieldMask mask;
  for (const char* path : {"count", "rank", "tags", "owner.id"}) {
    mask.add_paths(path);
  }
  ASSERT_THAT(ApplyUpdate(mask, from, &to), IsOk());
  EXPECT_EQ(to.name(), "n");
  EXPECT_EQ(to.count(), 0);
  EXPECT_FALSE(to.has_rank());
  EXPECT_THAT(to.tags(), ElementsAre("new"));
  EXPECT_EQ(to.owner().system(), "s");
  EXPECT_EQ(to.owner().id(), "");
}

TEST(FieldMaskTest, NoMaskMeansWhatIsSetAndAStarEverything) {
  Record from;
  from.set_count(9);
  Record to = Before();
  ASSERT_THAT(ApplyUpdate({}, from, &to), IsOk());
  EXPECT_EQ(to.name(), "n");
  EXPECT_EQ(to.count(), 9);
  google::protobuf::FieldMask all;
  all.add_paths("*");
  ASSERT_THAT(ApplyUpdate(all, from, &to), IsOk());
  EXPECT_EQ(to.SerializeAsString(), from.SerializeAsString());
}

TEST(FieldMaskTest, UnknownPathsAreRefused) {
  for (const char* path :
       {"nmae", "owner.x", "refs.id", "", "name.x", "owner..id"}) {
    google::protobuf::FieldMask mask;
    mask.add_paths(path);
    mask.add_paths("name");
    EXPECT_THAT(
        UpdatePaths(mask, Record()),
        ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField))
        << path;
  }
}

// An as-of read at a misread time answers with confidence for the wrong day.
TEST(TimeTest, OnlyWholeRfc3339Parses) {
  EXPECT_EQ(*ParseTime("t", "2023-12-31T12:00:00.5+01:00"),
            absl::FromUnixMillis(1704020400500));
  for (const char* bad :
       {"", "infinite-future", "2023-12-31", "2023-12-31T12:00:00",
        " 2023-12-31T12:00:00Z", "2023-12-31T12:00:00Z ", "now",
        "2023-02-30T12:00:00Z"}) {
    EXPECT_FALSE(ParseTime("t", bad).ok()) << bad;
  }
  EXPECT_EQ(api::FormatTime(absl::FromUnixMillis(1704020400500)),
            "2023-12-31T11:00:00.5Z");
}

TEST(TimeTest, TimestampsRoundTripAndAreClamped) {
  for (const absl::Time time :
       {absl::UnixEpoch() - absl::Nanoseconds(1), absl::UnixEpoch(),
        absl::FromUnixNanos(1700000000123456789)}) {
    EXPECT_EQ(FromTimestamp(ToTimestamp(time)), time);
  }
  EXPECT_EQ(ToTimestamp(absl::InfiniteFuture()).seconds(), 253402300799);
  EXPECT_EQ(ToTimestamp(absl::InfinitePast()).seconds(), -62135596800);
  EXPECT_EQ(FromDuration(ToDuration(absl::Milliseconds(-1500))),
            absl::Milliseconds(-1500));
  google::protobuf::Timestamp broken;
  broken.set_nanos(-1);
  EXPECT_FALSE(ParseTimestamp("t", broken).ok());
}

TEST(TimeTest, AsOfIsOneVersionOrNone) {
  access::v1::AsOf as_of;
  EXPECT_TRUE(ParseAsOf(as_of)->IsHead());
  as_of.set_valid_date("2023-12-31");
  EXPECT_TRUE(ParseAsOf(as_of)->IsHead());
  as_of.set_revision(7);
  EXPECT_EQ(*ParseAsOf(as_of)->revision, 7);
  as_of.set_recorded_time("2023-12-31T12:00:00Z");
  EXPECT_FALSE(ParseAsOf(as_of).ok());
  as_of.set_revision(-1);
  EXPECT_FALSE(ParseAsOf(as_of).ok());
}

}  // namespace
}  // namespace lagesbild::api
