#include "lib/api/utf8.h"

namespace lagesbild::api {
namespace {

// Length and bits of a first byte; length 0 when it cannot be one.
struct Lead {
  int length;
  int bits;
  int least;  // smallest code point that needs so many bytes
};

Lead ReadLead(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >= 0xC2 && byte < 0xE0) return {2, byte & 0x1F, 0x80};
  if (byte >= 0xE0 && byte < 0xF0) return {3, byte & 0x0F, 0x800};
  if (byte >= 0xF0 && byte < 0xF5) return {4, byte & 0x07, 0x10000};
  return {0, 0, 0};
}

bool IsScalar(int code, int least) {
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return code >= least && code <= 0x10FFFF && !surrogate;
}

int Decode(absl::string_view text, std::size_t* length) {
  const Lead lead = ReadLead(static_cast<unsigned char>(text[0]));
  const auto size = static_cast<std::size_t>(lead.length);
  if (size == 0 || text.size() < size) return -1;
  int code = lead.bits;
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return -1;
    code = (code << 6) | (byte & 0x3F);
  }
  if (!IsScalar(code, lead.least)) return -1;
  *length = size;
  return code;
}

}  // namespace

int TakeCodePoint(absl::string_view* text) {
  std::size_t length = 1;
  const int code = Decode(*text, &length);
  text->remove_prefix(length);
  return code;
}

bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    if (TakeCodePoint(&text) < 0) return false;
  }
  return true;
}

std::string ValidUtf8(absl::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const absl::string_view before = text;
    const bool good = TakeCodePoint(&text) >= 0;
    const std::size_t taken = before.size() - text.size();
    valid.append(good ? before.data() : "?", good ? taken : 1);
  }
  return valid;
}

}  // namespace lagesbild::api
