#include "services/notifications/derivation.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "services/notifications/notifications_records.h"

namespace lagesbild::notifications {
namespace {

using Writes = std::vector<ledger::Write>;

// Records that did not change are not written: most upstream changes touch
// nothing that is kept.
template <typename T>
void WriteKept(const std::map<std::string, std::optional<T>>& effects,
               const HeldById<T>& facts, absl::string_view prefix,
               Writes* writes) {
  for (const auto& [id, value] : effects) {
    const auto held = facts.find(id);
    const bool present = held != facts.end();
    if (!value && !present) continue;
    std::optional<std::string> bytes;
    if (value) bytes = Encode(*value);
    if (present && bytes == Encode(*held->second.value)) continue;
    writes->push_back({absl::StrCat(prefix, id), std::move(bytes),
                       present ? held->second.revision : 0});
  }
}

void WriteAlerts(const Effects& effects, const Facts& facts, Writes* writes) {
  for (const auto& [id, alert] : effects.alerts) {
    const auto held = facts.alerts.find(id);
    writes->push_back({absl::StrCat(kAlertPrefix, id), Encode(alert),
                       held == facts.alerts.end() ? 0 : held->second.revision});
  }
}

ledger::Transaction Transact(const NotificationsState& state,
                             const Effects& effects) {
  const Facts& facts = state.facts();
  ledger::Transaction transaction;
  Writes* writes = &transaction.writes;
  WriteKept(effects.sites, facts.sites, kKeptSitePrefix, writes);
  WriteKept(effects.exposures, facts.exposures, kKeptExposurePrefix, writes);
  WriteKept(effects.gaps, facts.gaps, kKeptGapPrefix, writes);
  WriteAlerts(effects, facts, writes);
  for (const Delivery& delivery : effects.deliveries) {
    writes->push_back(
        {absl::StrCat(kDeliveryPrefix, delivery.id), Encode(delivery), 0});
  }
  // Whoever subscribed a moment ago must not be missed.
  if (!effects.events.empty()) {
    transaction.checks.push_back({kRosterKey, state.roster_revision()});
  }
  return transaction;
}

absl::StatusOr<Origin> OriginOf(const Told& told, bool first) {
  LB_ASSIGN_OR_RETURN(const ledger::Position position,
                      watch::DecodeCursor(told.cursor));
  Origin origin;
  if (told.kind == watch::DeliveryKind::kSnapshot) {
    origin.word = first ? Word::kKnown : Word::kCatchUp;
  }
  origin.store_id = position.store_id;
  origin.revision = position.revision;
  origin.time = told.recorded_time;
  return origin;
}

std::optional<access::v1::Position> LowestOf(
    const std::string& service,
    const std::map<std::string, watch::Followed>& followed) {
  std::optional<access::v1::Position> lowest;
  for (const auto& [upstream, services] : Reflections()) {
    if (std::find(services.begin(), services.end(), service) ==
        services.end()) {
      continue;
    }
    const auto it = followed.find(upstream);
    if (it == followed.end()) return std::nullopt;
    const access::v1::Position here =
        watch::PositionOf(it->second.reached, service);
    if (here.store_id().empty()) return std::nullopt;
    lowest = lowest ? watch::Lower(*lowest, here) : here;
  }
  return lowest;
}

std::string BasisWith(const NotificationsState& state,
                      const std::string& upstream,
                      const watch::Followed& next) {
  std::map<std::string, watch::Followed> followed = state.followed();
  followed[upstream] = next;
  return watch::EncodeBasis(BasisOf(followed));
}

}  // namespace

const std::map<std::string, std::vector<std::string>>& Reflections() {
  static const auto* const kReflections =
      new std::map<std::string, std::vector<std::string>>{
          {kRegistry, {kRegistry}},
          {kProximity, {kProximity, kRegistry}},
          {kInterventions, {kInterventions, kProximity, kRegistry}}};
  return *kReflections;
}

watch::Basis BasisOf(const std::map<std::string, watch::Followed>& followed) {
  watch::Basis basis;
  for (const auto& [service, unused] : Reflections()) {
    if (const auto lowest = LowestOf(service, followed)) {
      basis.push_back(*lowest);
    }
  }
  return basis;
}

absl::StatusOr<ledger::Transaction> Derive(const NotificationsState& state,
                                           const std::string& upstream,
                                           const std::vector<Told>& told,
                                           const std::string& refused,
                                           absl::Time now) {
  const watch::Followed stored = state.FollowedOf(upstream);
  LB_ASSIGN_OR_RETURN(const std::vector<const Told*> fresh,
                      watch::FreshOf(told, stored.cursor, refused));
  if (fresh.empty()) return ledger::Transaction();
  // Stored times have microseconds.
  Decision decision(&state.facts(),
                    absl::FromUnixMicros(absl::ToUnixMicros(now)));
  bool first = stored.revision == 0;
  for (const Told* delivery : fresh) {
    LB_ASSIGN_OR_RETURN(const Origin origin, OriginOf(*delivery, first));
    delivery->words(origin, &decision);
    first = false;
  }
  ledger::Transaction transaction = Transact(state, decision.effects());
  watch::Followed next;
  next.cursor = fresh.back()->cursor;
  next.reached = fresh.back()->reached;
  transaction.writes.push_back({absl::StrCat(kCursorPrefix, upstream),
                                watch::EncodeFollowed(next), stored.revision});
  transaction.meta.basis = BasisWith(state, upstream, next);
  // The basis speaks of all three cursors: were another follower's commit to
  // come between, it would say too little, and no later commit would mend it.
  for (const auto& [other, unused] : Reflections()) {
    if (other == upstream) continue;
    transaction.checks.push_back(
        {absl::StrCat(kCursorPrefix, other), state.FollowedOf(other).revision});
  }
  return transaction;
}

}  // namespace lagesbild::notifications
