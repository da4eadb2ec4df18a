#include "services/proximity/proximity_commit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lagesbild::proximity {
namespace {

// Whether `news` says of `id` what is kept already.
template <typename News, typename Kept>
bool IsKept(const News& news, const Kept* kept) {
  return news ? kept != nullptr && *kept == *news : kept == nullptr;
}

template <typename Map>
const typename Map::mapped_type* FindIn(const Map& map, const std::string& id) {
  const auto it = map.find(id);
  return it == map.end() ? nullptr : &it->second;
}

bool IsOfLayer(const std::string& exposure, const std::string& layer) {
  return absl::StartsWith(exposure, absl::StrCat(layer, "~"));
}

}  // namespace

CommitBuilder::CommitBuilder(const ProximityState& state, base::Date today)
    : state_(state),
      today_(std::max(today, state.day().value_or(today))),
      sites_(state.sites()),
      areas_(state.areas()) {}

void CommitBuilder::MoveSites(watch::Followed to) {
  sites_ = std::move(to);
  sites_moved_ = true;
}

void CommitBuilder::MoveAreas(watch::Followed to) {
  areas_ = std::move(to);
  areas_moved_ = true;
}

void CommitBuilder::NoteImport(const ImportAnswer& answer) {
  places_ = EncodeAnswer(answer);
}

void CommitBuilder::Exclude() { NoteImport({}); }

void CommitBuilder::PutExtract(const std::string& id, const Extract& extract) {
  Put(absl::StrCat(kExtractPrefix, id), EncodeExtract(extract));
}

void CommitBuilder::PutLayer(const Layer& layer) {
  Put(absl::StrCat(kLayerPrefix, layer.id), EncodeLayer(layer));
  Exclude();
}

std::int64_t CommitBuilder::ReplaceLayer(
    const std::string& id, const std::optional<Layer>& layer,
    const std::map<std::string, Exposure>& exposures) {
  std::erase_if(effects_.exposures, [&](const auto& effect) {
    return IsOfLayer(effect.first, id);
  });
  std::int64_t gone = 0;
  const auto& stood = state_.inventory().exposures();
  for (auto it = stood.lower_bound(absl::StrCat(id, "~"));
       it != stood.end() && IsOfLayer(it->first, id); ++it) {
    if (exposures.contains(it->first)) continue;
    effects_.exposures.emplace(it->first, std::nullopt);
    ++gone;
  }
  for (const auto& [name, found] : exposures) {
    const auto before = stood.find(name);
    Exposure exposure = found;
    if (before != stood.end()) KeepSteady(*before->second, &exposure);
    if (before != stood.end() && *before->second == exposure) continue;
    effects_.exposures.emplace(name, std::move(exposure));
  }
  Put(absl::StrCat(kLayerPrefix, id),
      layer ? std::optional(EncodeLayer(*layer)) : std::nullopt);
  Exclude();
  return gone;
}

const Effects& CommitBuilder::Derive() {
  DropUnchanged();
  changes_.new_day = state_.day() != today_;
  effects_ = proximity::Derive(state_.inventory(), changes_, today_);
  return effects_;
}

void CommitBuilder::DropUnchanged() {
  const Inventory& kept = state_.inventory();
  std::erase_if(changes_.sites, [&](const auto& entry) {
    const auto* site = FindIn(kept.sites(), entry.first);
    return IsKept(entry.second, site == nullptr ? nullptr : site->get());
  });
  std::erase_if(changes_.municipalities, [&](const auto& entry) {
    return IsKept(entry.second, FindIn(kept.municipalities(), entry.first));
  });
}

ledger::Transaction CommitBuilder::Take() {
  PutKept();
  PutEffects();
  PutDay();
  if (transaction_.writes.empty() && !sites_moved_ && !areas_moved_ &&
      !places_) {
    return {};
  }
  const auto moved = [](bool is, const watch::Followed& to) {
    return is ? std::optional(EncodeFollowed(to)) : std::nullopt;
  };
  Guard(kSitesCursorKey, state_.sites().revision, moved(sites_moved_, sites_));
  Guard(kAreasCursorKey, state_.areas().revision, moved(areas_moved_, areas_));
  Guard(kPlacesKey, state_.places_revision(), places_);
  if (state_.day() == today_) {
    transaction_.checks.push_back({kDayKey, state_.day_revision()});
  }
  if (!sites_.cursor.empty() && !areas_.cursor.empty()) {
    transaction_.meta.basis = watch::EncodeBasis(
        {watch::Lower(watch::PositionOf(sites_.reached, "registry"),
                      watch::PositionOf(areas_.reached, "registry"))});
  }
  return std::move(transaction_);
}

void CommitBuilder::Put(std::string key, std::optional<std::string> value) {
  transaction_.writes.push_back(
      {std::move(key), std::move(value), std::nullopt});
}

void CommitBuilder::PutKept() {
  for (const auto& [id, site] : changes_.sites) {
    Put(absl::StrCat(kKeptSitePrefix, id),
        site ? std::optional(EncodeSite(*site)) : std::nullopt);
  }
  for (const auto& [id, area] : changes_.municipalities) {
    Put(absl::StrCat(kKeptAreaPrefix, id),
        area ? std::optional(EncodeMunicipality(*area)) : std::nullopt);
  }
}

void CommitBuilder::PutEffects() {
  for (const auto& [id, place] : effects_.places) {
    const Stored* stored = state_.FindPlaceRecord(id);
    Put(absl::StrCat(kPlacePrefix, id),
        EncodePlace(place, stored == nullptr ? "" : stored->bytes));
  }
  for (const auto& [id, exposure] : effects_.exposures) {
    Put(absl::StrCat(kExposurePrefix, id),
        exposure ? std::optional(EncodeExposure(*exposure)) : std::nullopt);
  }
}

void CommitBuilder::PutDay() {
  if (state_.day() == today_) return;
  transaction_.writes.push_back(
      {kDayKey, EncodeDay(today_), state_.day_revision()});
}

void CommitBuilder::Guard(const char* key, ledger::Revision revision,
                          const std::optional<std::string>& value) {
  if (value) {
    transaction_.writes.push_back({key, value, revision});
  } else {
    transaction_.checks.push_back({key, revision});
  }
}

}  // namespace lagesbild::proximity
