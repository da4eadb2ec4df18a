#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "lib/access/base64url.h"
#include "lib/access/jwks.h"
#include "lib/access/jwt.h"
#include "lib/access/mint.h"
#include "tests/testing/fake_clock.h"

// If this finds something, a stranger without a key crashes the gateway or gets
// in. The input is tried as a token, as the header and claims of an otherwise
// well-formed token, and as a key set.

namespace lagesbild::access {
namespace {

struct Setup {
  testing::FakeClock clock;
  std::unique_ptr<TokenVerifier> verifier;

  Setup() {
    const std::string pem = NewEs256Key().value();
    const auto keys =
        std::make_shared<StaticKeys>(ParseJwks(JwksOf({pem}).value()).value());
    verifier = std::make_unique<TokenVerifier>(
        std::vector<TrustedIssuer>{
            {kLocalIssuer,
             kGatewayAudience,
             {Algorithm::kEs256, Algorithm::kRs256, Algorithm::kEdDsa},
             keys}},
        &clock);
  }
};

void MustBeRefused(const Setup& setup, absl::string_view token) {
  if (setup.verifier->Verify(token).ok()) std::abort();
}

void Try(absl::string_view input) {
  static const Setup& setup = *new Setup();
  MustBeRefused(setup, input);
  const size_t half = input.size() / 2;
  const std::string signature = EncodeBase64Url(std::string(64, '\1'));
  MustBeRefused(
      setup, absl::StrCat(EncodeBase64Url(input.substr(0, half)), ".",
                          EncodeBase64Url(input.substr(half)), ".", signature));
  ParseJwks(input).status().IgnoreError();
}

}  // namespace
}  // namespace lagesbild::access

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lagesbild::access::Try(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
