#include "lib/access/certificate.h"

#include <ctime>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "lib/access/pem.h"

namespace lagesbild::access {
namespace {

constexpr int kSerialBits = 127;
constexpr size_t kMaxHostChars = 253;
constexpr size_t kMaxLabelChars = 63;

struct Extension {
  int nid;
  std::string value;
};

// An authority for leaves only.
std::vector<Extension> AuthorityExtensions() {
  return {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
          {NID_key_usage, "critical,keyCertSign,cRLSign"},
          {NID_subject_key_identifier, "hash"}};
}

std::vector<Extension> LeafExtensions(const std::string& names) {
  return {{NID_basic_constraints, "critical,CA:FALSE"},
          {NID_key_usage, "critical,digitalSignature"},
          {NID_ext_key_usage, "serverAuth,clientAuth"},
          {NID_subject_key_identifier, "hash"},
          {NID_authority_key_identifier, "keyid:always"},
          {NID_subject_alt_name, names}};
}

bool AddExtension(X509* certificate, X509* issuer, const Extension& extension) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr built(X509V3_EXT_conf_nid(nullptr, &context, extension.nid,
                                               extension.value.c_str()));
  return built && X509_add_ext(certificate, built.get(), -1) == 1;
}

bool SetRandomSerial(X509* certificate) {
  const BignumPtr serial(BN_new());
  return serial &&
         BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ONE,
                 BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) !=
             nullptr;
}

bool SetName(X509* certificate, const std::string& common_name) {
  return X509_NAME_add_entry_by_txt(
             X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
             -1, 0) == 1;
}

bool Fill(X509* certificate, EVP_PKEY* key, const CertificateRequest& request) {
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         SetRandomSerial(certificate) &&
         SetName(certificate, request.common_name) &&
         ASN1_TIME_set(X509_getm_notBefore(certificate),
                       absl::ToTimeT(request.not_before)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate),
                       absl::ToTimeT(request.not_after)) != nullptr &&
         X509_set_pubkey(certificate, key) == 1;
}

// Without an authority the certificate signs itself.
Identity Make(const CertificateRequest& request,
              const std::vector<Extension>& extensions,
              const Identity* authority) {
  Identity made{NewP256Key(), CertificatePtr(X509_new())};
  X509* const certificate = made.certificate.get();
  if (!made.key || !certificate) return {};
  X509* const issuer = authority ? authority->certificate.get() : certificate;
  EVP_PKEY* const signer = authority ? authority->key.get() : made.key.get();
  if (!Fill(certificate, made.key.get(), request) ||
      X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1) {
    return {};
  }
  for (const Extension& extension : extensions) {
    if (!AddExtension(certificate, issuer, extension)) return {};
  }
  if (X509_sign(certificate, signer, EVP_sha256()) == 0) return {};
  return made;
}

bool IsHostName(absl::string_view host) {
  if (host.empty() || host.size() > kMaxHostChars) return false;
  for (const absl::string_view label : absl::StrSplit(host, '.')) {
    if (label.empty() || label.size() > kMaxLabelChars) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    for (const char c : label) {
      if (!absl::ascii_isalnum(c) && c != '-') return false;
    }
  }
  return true;
}

bool IsAddress(const std::string& host) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

}  // namespace

Identity MakeAuthority(const CertificateRequest& request) {
  return Make(request, AuthorityExtensions(), nullptr);
}

Identity MakeLeaf(const CertificateRequest& request,
                  const Identity& authority) {
  return Make(request, LeafExtensions(request.alternative_names), &authority);
}

bool IsGood(const Identity& identity, const Identity& authority, absl::Time now,
            absl::Time until) {
  X509* const certificate = identity.certificate.get();
  if (!identity.key || !certificate || !authority.certificate) return false;
  time_t start = absl::ToTimeT(now);
  time_t end = absl::ToTimeT(until);
  return X509_check_private_key(certificate, identity.key.get()) == 1 &&
         X509_check_issued(authority.certificate.get(), certificate) ==
             X509_V_OK &&
         X509_verify(certificate, authority.key.get()) == 1 &&
         X509_cmp_time(X509_get0_notBefore(certificate), &start) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate), &end) > 0;
}

bool HasAlternativeNames(X509* certificate, const std::string& names) {
  const int at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
  X509_EXTENSION* const found =
      at < 0 ? nullptr : X509_get_ext(certificate, at);
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, nullptr, nullptr, nullptr, nullptr, 0);
  const ExtensionPtr wanted(X509V3_EXT_conf_nid(
      nullptr, &context, NID_subject_alt_name, names.c_str()));
  return found && wanted &&
         ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(found),
                               X509_EXTENSION_get_data(wanted.get())) == 0;
}

std::string AlternativeNameOf(absl::string_view host) {
  const std::string name(host);
  if (IsAddress(name)) return absl::StrCat("IP:", name);
  return IsHostName(host) ? absl::StrCat("DNS:", name) : "";
}

}  // namespace lagesbild::access
