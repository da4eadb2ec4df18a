#include "lib/watch/message.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "lib/watch/renderer.h"

namespace lagesbild::watch {
namespace {

using google::protobuf::internal::WireFormatLite;

void AppendVarint(std::uint32_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

void AppendField(int number, const google::protobuf::MessageLite& message,
                 std::string* out) {
  AppendVarint(WireFormatLite::MakeTag(
                   number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED),
               out);
  AppendVarint(static_cast<std::uint32_t>(message.ByteSizeLong()), out);
  message.AppendToString(out);
}

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

std::string Wrapped(const v1::WatchHeader& header) {
  std::string out;
  AppendField(kHeaderField, header, &out);
  return out;
}

// The bytes of the first field, 0 when they are not one.
std::size_t FirstFieldBytes(absl::string_view bytes) {
  google::protobuf::io::CodedInputStream in(
      reinterpret_cast<const std::uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  const std::uint32_t tag = in.ReadTag();
  if (tag == 0 || !WireFormatLite::SkipField(&in, tag)) return 0;
  return static_cast<std::size_t>(in.CurrentPosition());
}

}  // namespace

void AppendChange(const google::protobuf::MessageLite& change,
                  std::string* out) {
  AppendField(kChangesField, change, out);
}

std::string HeaderAt(const Origin& origin, const Place& place,
                     v1::MessageKind kind) {
  v1::WatchHeader header;
  header.set_cursor(
      EncodeCursor({origin.store_id, place.revision, place.chain}));
  header.set_kind(kind);
  if (place.recorded) {
    SetTime(*place.recorded, header.mutable_recorded_time());
  }
  access::v1::Position* own = header.add_reached();
  own->set_service(origin.service);
  own->set_store_id(origin.store_id);
  own->set_revision(place.revision);
  for (const access::v1::Position& p : place.basis) *header.add_reached() = p;
  return Wrapped(header);
}

std::string PartialHeader(v1::MessageKind kind) {
  v1::WatchHeader header;
  header.set_kind(kind);
  header.set_partial(true);
  return Wrapped(header);
}

std::vector<absl::string_view> SplitChanges(absl::string_view bytes,
                                            std::size_t limit) {
  std::vector<absl::string_view> pieces;
  std::size_t begin = 0;
  std::size_t end = 0;
  while (end < bytes.size()) {
    const std::size_t next = FirstFieldBytes(bytes.substr(end));
    if (next == 0) return {bytes};
    if (end > begin && end + next - begin > limit) {
      pieces.push_back(bytes.substr(begin, end - begin));
      begin = end;
    }
    end += next;
  }
  pieces.push_back(bytes.substr(begin));
  return pieces;
}

}  // namespace lagesbild::watch
