// What imports leave behind, of proximity_records.h.
#include "lagesbild/proximity/store/v1/proximity_store.pb.h"
#include "lib/base/status.h"
#include "lib/ledger/record.h"
#include "services/proximity/proximity_records.h"

namespace lagesbild::proximity {
namespace {

using store::v1::AnswerRecord;
using store::v1::ExtractRecord;
using store::v1::FlagRecord;

}  // namespace

std::string EncodeExtract(const Extract& extract) {
  ExtractRecord record;
  record.set_source(extract.source);
  record.set_extract_date(base::FormatDate(extract.date));
  return record.SerializeAsString();
}

absl::StatusOr<Extract> DecodeExtract(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const ExtractRecord record,
                      ledger::ParseRecord<ExtractRecord>(bytes));
  const auto date = base::ParseDate(record.extract_date());
  if (!date.ok()) return absl::DataLossError(date.status().message());
  return Extract{record.source(), *date};
}

std::string EncodeAnswer(const ImportAnswer& answer) {
  AnswerRecord record;
  record.set_read(answer.read);
  record.set_created(answer.created);
  record.set_updated(answer.updated);
  record.set_unchanged(answer.unchanged);
  record.set_closed(answer.closed);
  for (const ImportAnswer::Flag& flag : answer.flags) {
    FlagRecord* stored = record.add_flags();
    stored->set_row(flag.row);
    stored->set_external_id(flag.external_id);
    stored->set_display_name(flag.display_name);
    stored->set_flag(flag.flag);
  }
  return record.SerializeAsString();
}

absl::StatusOr<ImportAnswer> DecodeAnswer(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const AnswerRecord record,
                      ledger::ParseRecord<AnswerRecord>(bytes));
  ImportAnswer answer{.read = record.read(),
                      .created = record.created(),
                      .updated = record.updated(),
                      .unchanged = record.unchanged(),
                      .closed = record.closed(),
                      .flags = {}};
  for (const FlagRecord& flag : record.flags()) {
    answer.flags.push_back(
        {flag.row(), flag.external_id(), flag.display_name(), flag.flag()});
  }
  return answer;
}

}  // namespace lagesbild::proximity
