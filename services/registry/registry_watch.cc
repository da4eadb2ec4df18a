#include "services/registry/registry_watch.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lagesbild/registry/v1/area.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "services/registry/registry_records.h"

namespace lagesbild::registry {
namespace {

constexpr std::size_t kPageBytes = 256 << 10;

using Changes = std::vector<const ledger::Change*>;

// The changes of records under `prefix`, in the order of their ids.
Changes Under(absl::string_view prefix,
              const ledger::RevisionChanges& changes) {
  Changes found;
  for (const ledger::Change& change : changes.changes) {
    if (absl::string_view(change.key).substr(0, prefix.size()) == prefix) {
      found.push_back(&change);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto* a, const auto* b) { return a->key < b->key; });
  return found;
}

std::string IdIn(absl::string_view prefix, const std::string& key) {
  return std::string(absl::StripPrefix(key, prefix));
}

// Pages over `shown`, made one message after the other.
template <typename Entry, typename Show>
std::function<std::string()> Pages(std::vector<Entry> entries, Show show) {
  auto next = std::make_shared<std::size_t>(0);
  auto kept = std::make_shared<const std::vector<Entry>>(std::move(entries));
  return [kept, next, show] {
    std::string page;
    while (*next < kept->size() && page.size() < kPageBytes) {
      show(*(*kept)[(*next)++], &page);
    }
    return page;
  };
}

class SiteRenderer final : public watch::Renderer,
                           public std::enable_shared_from_this<SiteRenderer> {
 public:
  SiteRenderer(const Presenter* presenter,
               const view::View<RegistryState>* view, access::v1::Caller caller,
               const std::string& filter_text, api::Filter filter)
      : presenter_(presenter),
        view_(view),
        caller_(std::move(caller)),
        filter_(std::move(filter)),
        key_(absl::StrCat("sites\n",
                          presenter->redactor().VisibilityKey(
                              v1::Site::descriptor(), caller_),
                          "\n", filter_text)) {}

  std::string SharingKey() const override { return key_; }

  std::optional<std::string> RenderChange(
      const ledger::RevisionChanges& changes) override {
    std::string out;
    for (const ledger::Change* change : Under(kSitePrefix, changes)) {
      Render(IdIn(kSitePrefix, change->key), *change, changes.recorded, &out);
    }
    if (out.empty()) return std::nullopt;
    return out;
  }

  absl::StatusOr<watch::SnapshotPages> OpenSnapshot() override {
    std::vector<std::shared_ptr<const SiteEntry>> entries;
    const ledger::Head head =
        view_->Read([&](const RegistryState& state, const ledger::Head& at) {
          for (const auto& [id, entry] : state.sites()) {
            entries.push_back(entry);
          }
          return at;
        });
    return watch::SnapshotPages{
        head,
        {},
        Pages(std::move(entries),
              [self = shared_from_this()](const SiteEntry& entry,
                                          std::string* page) {
                const auto shown = self->Show(entry.site, entry.recorded);
                if (shown) self->Upsert(*shown, page);
              })};
  }

 private:
  // What the stream shows of the site as recorded then; nothing when the filter
  // leaves it out.
  std::optional<v1::Site> Show(const Site& site, absl::Time recorded) const {
    v1::Site shown =
        presenter_->Redacted(caller_, site, base::DateInSweden(recorded));
    if (!filter_.Matches(shown)) return std::nullopt;
    return shown;
  }

  std::optional<v1::Site> Show(const std::string& id,
                               const std::optional<std::string>& bytes,
                               absl::Time recorded) const {
    if (!bytes) return std::nullopt;
    const absl::StatusOr<Site> site = DecodeSite(id, *bytes);
    return site.ok() ? Show(*site, recorded) : std::nullopt;
  }

  void Render(const std::string& id, const ledger::Change& change,
              absl::Time recorded, std::string* out) const {
    std::optional<v1::Site> before;
    if (change.before) {
      before = Show(id, change.before->value, change.before->recorded);
    }
    const auto after = Show(id, change.after, recorded);
    if (after) {
      const bool same =
          before && before->SerializeAsString() == after->SerializeAsString();
      if (!same) Upsert(*after, out);
    } else if (before) {
      v1::SiteChange removal;
      removal.set_type(lagesbild::watch::v1::CHANGE_TYPE_REMOVED);
      removal.mutable_site()->set_name(before->name());
      watch::AppendChange(removal, out);
    }
  }

  void Upsert(const v1::Site& shown, std::string* out) const {
    v1::SiteChange change;
    change.set_type(lagesbild::watch::v1::CHANGE_TYPE_UPSERTED);
    *change.mutable_site() = shown;
    presenter_->SetEtag(caller_, change.mutable_site());
    watch::AppendChange(change, out);
  }

  const Presenter* const presenter_;
  const view::View<RegistryState>* const view_;
  const access::v1::Caller caller_;
  const api::Filter filter_;
  const std::string key_;
};

class AreaRenderer final : public watch::Renderer,
                           public std::enable_shared_from_this<AreaRenderer> {
 public:
  AreaRenderer(const Presenter* presenter,
               const view::View<RegistryState>* view)
      : presenter_(presenter), view_(view) {}

  std::string SharingKey() const override { return "areas"; }

  std::optional<std::string> RenderChange(
      const ledger::RevisionChanges& changes) override {
    std::string out;
    for (const ledger::Change* change : Under(kAreaPrefix, changes)) {
      Render(IdIn(kAreaPrefix, change->key), *change, &out);
    }
    if (out.empty()) return std::nullopt;
    return out;
  }

  absl::StatusOr<watch::SnapshotPages> OpenSnapshot() override {
    std::vector<std::shared_ptr<const AreaEntry>> entries;
    const ledger::Head head =
        view_->Read([&](const RegistryState& state, const ledger::Head& at) {
          for (const auto& [id, entry] : state.areas()) {
            entries.push_back(entry);
          }
          return at;
        });
    return watch::SnapshotPages{
        head,
        {},
        Pages(std::move(entries),
              [self = shared_from_this()](const AreaEntry& entry,
                                          std::string* page) {
                self->Upsert(entry.area, page);
              })};
  }

 private:
  void Render(const std::string& id, const ledger::Change& change,
              std::string* out) const {
    if (change.after) {
      const absl::StatusOr<Area> area = DecodeArea(id, *change.after);
      if (area.ok()) Upsert(*area, out);
      return;
    }
    v1::AreaChange removal;
    removal.set_type(lagesbild::watch::v1::CHANGE_TYPE_REMOVED);
    Area gone;
    gone.id = id;
    removal.mutable_area()->set_name(presenter_->Whole(gone).name());
    watch::AppendChange(removal, out);
  }

  void Upsert(const Area& area, std::string* out) const {
    v1::AreaChange change;
    change.set_type(lagesbild::watch::v1::CHANGE_TYPE_UPSERTED);
    *change.mutable_area() = presenter_->Whole(area);
    watch::AppendChange(change, out);
  }

  const Presenter* const presenter_;
  const view::View<RegistryState>* const view_;
};

}  // namespace

std::shared_ptr<watch::Renderer> MakeSiteRenderer(
    const Presenter* presenter, const view::View<RegistryState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter) {
  return std::make_shared<SiteRenderer>(presenter, view, std::move(caller),
                                        filter_text, std::move(filter));
}

std::shared_ptr<watch::Renderer> MakeAreaRenderer(
    const Presenter* presenter, const view::View<RegistryState>* view) {
  return std::make_shared<AreaRenderer>(presenter, view);
}

}  // namespace lagesbild::registry
