#include "lib/process/open_ledger.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/access/config_file.h"
#include "lib/base/status.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/ledger/redis_ledger.h"
#include "lib/ledger/sqlite_ledger.h"

namespace lagesbild::process {
namespace {

constexpr size_t kMaxPasswordFileBytes = 4096;

std::string NameOf(const LedgerPlace& place) {
  return absl::StrCat(place.service, "/", place.region);
}

absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenOnRedis(
    const LedgerPlace& place, const std::string& address,
    const base::Clock* clock, base::IdSource* ids) {
  ledger::RedisOptions options;
  options.endpoint.address = address;
  options.name = NameOf(place);
  options.wait_replicas = place.redis_wait_replicas;
  if (!place.redis_password_file.empty()) {
    LB_ASSIGN_OR_RETURN(const std::string password,
                        access::ReadSmallFile(place.redis_password_file,
                                              kMaxPasswordFileBytes));
    options.endpoint.password =
        std::string(absl::StripAsciiWhitespace(password));
  }
  return ledger::OpenRedis(options, clock, ids);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenLedger(
    const LedgerPlace& place, const base::Clock* clock, base::IdSource* ids) {
  absl::string_view rest = place.url;
  if (rest == "memory:") return ledger::NewMemoryLedger(clock, ids);
  if (absl::ConsumePrefix(&rest, "sqlite:")) {
    ledger::SqliteOptions options;
    options.name = NameOf(place);
    return ledger::OpenSqlite(std::string(rest), clock, ids, options);
  }
  if (absl::ConsumePrefix(&rest, "redis://")) {
    return OpenOnRedis(place, std::string(rest), clock, ids);
  }
  if (absl::ConsumePrefix(&rest, "redis+unix:")) {
    return OpenOnRedis(place, absl::StrCat("unix:", rest), clock, ids);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--ledger is sqlite:PATH, redis://HOST:PORT, redis+unix:PATH or memory:, "
      "not '",
      place.url, "'"));
}

}  // namespace lagesbild::process
