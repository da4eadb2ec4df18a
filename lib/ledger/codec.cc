#include "lib/ledger/codec.h"

namespace lagesbild::ledger {

Encoder& Encoder::Number(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  for (int shift = 0; shift < 64; shift += 8) {
    data_.push_back(static_cast<char>(bits >> shift));
  }
  return *this;
}

Encoder& Encoder::Bytes(absl::string_view bytes) {
  Number(static_cast<std::int64_t>(bytes.size()));
  data_.append(bytes.data(), bytes.size());
  return *this;
}

absl::string_view Decoder::Take(std::uint64_t size) {
  if (size > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const absl::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::int64_t Decoder::Number() {
  std::uint64_t bits = 0;
  const absl::string_view bytes = Take(8);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i]))
            << (8 * i);
  }
  return static_cast<std::int64_t>(bits);
}

std::string Decoder::Bytes() {
  return std::string(Take(static_cast<std::uint64_t>(Number())));
}

std::string EncodeMeta(const Meta& meta) {
  Encoder out;
  out.Bytes(meta.actor).Bytes(meta.cause).Bytes(meta.basis);
  out.Number(meta.request ? 1 : 0);
  if (meta.request) {
    out.Bytes(meta.request->agency).Bytes(meta.request->method);
    out.Bytes(meta.request->request_id).Bytes(meta.request->digest);
  }
  return out.Take();
}

bool DecodeMeta(absl::string_view data, Meta* meta) {
  Decoder in(data);
  meta->actor = in.Bytes();
  meta->cause = in.Bytes();
  meta->basis = in.Bytes();
  if (in.Number() == 1) {
    RequestKey& request = meta->request.emplace();
    request.agency = in.Bytes();
    request.method = in.Bytes();
    request.request_id = in.Bytes();
    request.digest = in.Bytes();
  }
  return in.Finished();
}

}  // namespace lagesbild::ledger
