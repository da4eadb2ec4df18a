#ifndef LAGESBILD_LIB_LEDGER_CODEC_H_
#define LAGESBILD_LIB_LEDGER_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {

// One canonical binary form for what is digested, stored and backed up: numbers
// as 8 bytes, little-endian; byte strings after their length. Every value has
// exactly one encoding, and no two sequences share one.
class Encoder {
 public:
  Encoder& Number(std::int64_t value);
  Encoder& Bytes(absl::string_view bytes);
  std::string Take() { return std::move(data_); }

 private:
  std::string data_;
};

// Reads what Encoder wrote. After a read past the end every value is empty and
// ok() is false, so a caller checks once, at the end.
class Decoder {
 public:
  explicit Decoder(absl::string_view data) : rest_(data) {}
  std::int64_t Number();
  std::string Bytes();
  bool ok() const { return ok_; }
  // Read without fault, and nothing is left.
  bool Finished() const { return ok_ && rest_.empty(); }

 private:
  absl::string_view Take(std::uint64_t size);

  absl::string_view rest_;
  bool ok_ = true;
};

std::string EncodeMeta(const Meta& meta);
// False when `data` is not what EncodeMeta gives.
bool DecodeMeta(absl::string_view data, Meta* meta);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_CODEC_H_
