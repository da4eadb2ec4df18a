#include "lib/base/ids.h"

#include <cstdint>
#include <random>

namespace lagesbild::base {
namespace {

constexpr int kIdCharacters = 26;
constexpr int kBitsPerCharacter = 5;
// Crockford's alphabet: no i, l, o, u, which people misread.
constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

}  // namespace

std::string RandomIds::NewId() {
  std::random_device device;
  std::string id;
  id.reserve(kIdCharacters);
  std::uint64_t bits = 0;
  int held = 0;
  while (id.size() < kIdCharacters) {
    if (held < kBitsPerCharacter) {
      bits = (bits << 32) | device();
      held += 32;
    }
    held -= kBitsPerCharacter;
    id.push_back(kAlphabet[(bits >> held) & 31]);
  }
  return id;
}

}  // namespace lagesbild::base
