#include "lib/access/certs.h"

#include <openssl/ssl.h>
#include <sys/stat.h>

#include "lib/access/jwks.h"
#include "lib/access/mint.h"
#include "lib/access/pem.h"
#include "lib/access/read_file.h"
#include "lib/access/write_file.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

// If these fail, the suite's members do not trust each other, trust a stranger,
// or lose their identity when the command is run twice.

namespace lagesbild::access {
namespace {

using lagesbild::testing::FakeClock;
using lagesbild::testing::IsOk;
using lagesbild::testing::StatusIs;
using lagesbild::testing::TempDir;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using StorePtr = std::unique_ptr<X509_STORE, OpenSslFree<X509_STORE_free>>;
using StoreContextPtr =
    std::unique_ptr<X509_STORE_CTX, OpenSslFree<X509_STORE_CTX_free>>;

class CertsTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const {
    return dir_.File("certs/" + name);
  }
  std::string Read(const std::string& name) const {
    return ReadSmallFile(Path(name), 1 << 20).value_or("");
  }
  CertificatePtr Certificate(const std::string& name) const {
    return CertificateFromPem(Read(name));
  }

  absl::StatusOr<std::vector<std::string>> Make(
      std::vector<std::string> hosts = {}, bool force = false) {
    DevelopmentCaOptions options;
    options.dir = dir_.File("certs");
    options.hosts = std::move(hosts);
    options.force = force;
    return MakeDevelopmentCa(options, clock_);
  }

  // OpenSSL's own verdict on the chain, for the purpose and by the fake clock.
  int Verify(const std::string& name, int purpose) const {
    const StorePtr store(X509_STORE_new());
    const CertificatePtr authority = Certificate("ca.crt");
    const CertificatePtr leaf = Certificate(name);
    X509_STORE_add_cert(store.get(), authority.get());
    const StoreContextPtr context(X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
    X509_STORE_CTX_set_purpose(context.get(), purpose);
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
    X509_STORE_CTX_set_time(context.get(), 0, absl::ToTimeT(clock_.Now()));
    return X509_verify_cert(context.get()) == 1
               ? X509_V_OK
               : X509_STORE_CTX_get_error(context.get());
  }

  FakeClock clock_;
  TempDir dir_;
};

std::vector<std::string> Uris(X509* certificate) {
  std::vector<std::string> uris;
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      ASN1_STRING_length(uri));
  }
  GENERAL_NAMES_free(names);
  return uris;
}

TEST_F(CertsTest, EveryChainHoldsForServerAndClient) {
  ASSERT_OK_AND_ASSIGN(const auto written, Make());
  EXPECT_THAT(written, SizeIs(16));
  for (const std::string& member : CertifiedNames()) {
    const std::string name = member + ".crt";
    EXPECT_EQ(Verify(name, X509_PURPOSE_SSL_SERVER), X509_V_OK) << member;
    EXPECT_EQ(Verify(name, X509_PURPOSE_SSL_CLIENT), X509_V_OK) << member;
    const CertificatePtr certificate = Certificate(name);
    EXPECT_THAT(Uris(certificate.get()),
                ElementsAre("spiffe://lagesbild/" + member));
    const KeyPtr key = PrivateKeyFromPem(Read(member + ".key"));
    EXPECT_EQ(X509_check_private_key(certificate.get(), key.get()), 1);
  }
}

// Redis' sidecars speak TLS with each other; who holds their key must not pass
// for a service.
TEST_F(CertsTest, RedisIsServedAndIsNoMember) {
  ASSERT_THAT(Make(), IsOk());
  const CertificatePtr certificate = Certificate("redis.crt");
  EXPECT_EQ(X509_check_host(certificate.get(), "redis", 0, 0, nullptr), 1);
  EXPECT_THAT(CertifiedNames(), Contains("redis"));
  EXPECT_THAT(SuiteMembers(), Not(Contains("redis")));
}

TEST_F(CertsTest, NamesTheHostsThatWereAskedFor) {
  ASSERT_THAT(Make({"gateway.example.org", "10.0.0.7", "::1"}), IsOk());
  const CertificatePtr certificate = Certificate("gateway.crt");
  const auto host = [&](const char* name) {
    return X509_check_host(certificate.get(), name, 0, 0, nullptr) == 1;
  };
  EXPECT_TRUE(host("gateway"));
  EXPECT_TRUE(host("localhost"));
  EXPECT_TRUE(host("gateway.example.org"));
  EXPECT_FALSE(host("registry"));
  EXPECT_FALSE(host("example.org"));
  for (const char* address : {"127.0.0.1", "10.0.0.7", "::1"}) {
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), address, 0), 1) << address;
  }
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "10.0.0.8", 0), 0);
}

TEST_F(CertsTest, KeysAreReadableByTheirOwnerAlone) {
  ASSERT_THAT(Make(), IsOk());
  chmod(Path("ca.key").c_str(), 0644);
  ASSERT_THAT(Make(), IsOk());
  for (const char* name :
       {"ca.key", "registry.key", "gateway.key", "issuer.key"}) {
    struct stat info;
    ASSERT_EQ(stat(Path(name).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << name;
  }
}

TEST_F(CertsTest, ASecondCallChangesNothing) {
  ASSERT_THAT(Make({"a.example"}), IsOk());
  const std::string before = Read("gateway.crt");
  ASSERT_OK_AND_ASSIGN(const auto written, Make({"a.example"}));
  EXPECT_THAT(written, IsEmpty());
  EXPECT_EQ(Read("gateway.crt"), before);
}

TEST_F(CertsTest, OnlyWhatIsBrokenIsMadeAnew) {
  ASSERT_THAT(Make(), IsOk());
  ASSERT_THAT(ReplaceFile(Path("registry.key"), Read("gateway.key"),
                          FileSecrecy::kSecret),
              IsOk());
  ASSERT_THAT(ReplaceFile(Path("jwks.json"), "{}", FileSecrecy::kOpen), IsOk());
  remove(Path("proximity.crt").c_str());
  ASSERT_OK_AND_ASSIGN(const auto written, Make());
  EXPECT_THAT(written, UnorderedElementsAre("registry.key", "registry.crt",
                                            "proximity.key", "proximity.crt",
                                            "jwks.json"));
  EXPECT_EQ(Verify("registry.crt", X509_PURPOSE_SSL_SERVER), X509_V_OK);
}

TEST_F(CertsTest, MembersFollowANewAuthorityAndNewHosts) {
  ASSERT_THAT(Make(), IsOk());
  ASSERT_OK_AND_ASSIGN(auto written, Make({"new.example"}));
  EXPECT_THAT(written, SizeIs(12));
  remove(Path("ca.key").c_str());
  ASSERT_OK_AND_ASSIGN(written, Make({"new.example"}));
  EXPECT_THAT(written, SizeIs(14));
  EXPECT_THAT(written, Not(Contains("issuer.key")));
  EXPECT_EQ(Verify("gateway.crt", X509_PURPOSE_SSL_SERVER), X509_V_OK);
}

TEST_F(CertsTest, RenewsBeforeTheEnd) {
  ASSERT_THAT(Make(), IsOk());
  clock_.Advance(kCertificateLifetime - kRenewBefore - absl::Hours(1));
  EXPECT_THAT(Make(), IsOk());
  EXPECT_THAT(*Make(), IsEmpty());
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(Verify("gateway.crt", X509_PURPOSE_SSL_SERVER), X509_V_OK);
  ASSERT_OK_AND_ASSIGN(const auto written, Make());
  EXPECT_THAT(written, SizeIs(12));
  clock_.Advance(kRenewBefore);
  EXPECT_EQ(Verify("gateway.crt", X509_PURPOSE_SSL_SERVER), X509_V_OK);
}

TEST_F(CertsTest, ForceRenewsEverything) {
  ASSERT_THAT(Make(), IsOk());
  const std::string issuer = Read("issuer.key");
  ASSERT_OK_AND_ASSIGN(const auto written, Make({}, true));
  EXPECT_THAT(written, SizeIs(16));
  EXPECT_NE(Read("issuer.key"), issuer);
}

TEST_F(CertsTest, TheIssuersKeyIsInItsKeySet) {
  ASSERT_THAT(Make(), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string jwks, JwksOf({Read("issuer.key")}));
  EXPECT_EQ(Read("jwks.json"), jwks);
}

TEST_F(CertsTest, AStrangersCertificateDoesNotPass) {
  ASSERT_THAT(Make(), IsOk());
  const std::string stranger = Read("gateway.crt");
  ASSERT_THAT(Make({}, true), IsOk());
  ASSERT_THAT(ReplaceFile(Path("gateway.crt"), stranger, FileSecrecy::kOpen),
              IsOk());
  EXPECT_NE(Verify("gateway.crt", X509_PURPOSE_SSL_SERVER), X509_V_OK);
}

TEST_F(CertsTest, NamesThatCouldMeanSomethingElseAreRefused) {
  for (const std::string host :
       {"", "a,IP:10.0.0.1", "a b", "-a", "a..b", "a/b", "*", "a:b"}) {
    EXPECT_THAT(Make({host}), StatusIs(absl::StatusCode::kInvalidArgument))
        << host;
  }
  for (const std::string member : {"", "../x", "A", "a,b", "ca", "issuer"}) {
    DevelopmentCaOptions options;
    options.dir = dir_.File("certs");
    options.members = {member};
    EXPECT_THAT(MakeDevelopmentCa(options, clock_),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << member;
  }
}

TEST_F(CertsTest, AFolderThatCannotBeMadeIsNamed) {
  ASSERT_THAT(ReplaceFile(dir_.File("certs"), "a file", FileSecrecy::kOpen),
              IsOk());
  EXPECT_THAT(Make(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace lagesbild::access
