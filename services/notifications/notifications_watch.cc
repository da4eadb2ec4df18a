#include "services/notifications/notifications_watch.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lagesbild/notifications/v1/alert.pb.h"
#include "services/notifications/derivation.h"
#include "services/notifications/notifications_records.h"

namespace lagesbild::notifications {
namespace {

constexpr std::size_t kPageBytes = 256 << 10;

using Alerts = std::vector<std::shared_ptr<const Alert>>;

std::vector<const ledger::Change*> AlertsIn(
    const ledger::RevisionChanges& changes) {
  std::vector<const ledger::Change*> found;
  for (const ledger::Change& change : changes.changes) {
    if (absl::StartsWith(change.key, kAlertPrefix)) found.push_back(&change);
  }
  std::sort(found.begin(), found.end(),
            [](const auto* a, const auto* b) { return a->key < b->key; });
  return found;
}

class AlertRenderer final : public watch::Renderer,
                            public std::enable_shared_from_this<AlertRenderer> {
 public:
  AlertRenderer(const Presenter* presenter,
                const view::View<NotificationsState>* view,
                access::v1::Caller caller, const std::string& filter_text,
                api::Filter filter)
      : presenter_(presenter),
        view_(view),
        caller_(std::move(caller)),
        filter_(std::move(filter)),
        key_(absl::StrCat("alerts\n",
                          presenter->redactor().VisibilityKey(
                              v1::Alert::descriptor(), caller_),
                          "\n", filter_text)) {}

  std::string SharingKey() const override { return key_; }

  std::optional<std::string> RenderChange(
      const ledger::RevisionChanges& changes) override {
    std::string out;
    for (const ledger::Change* change : AlertsIn(changes)) {
      Render(*change, &out);
    }
    if (out.empty()) return std::nullopt;
    return out;
  }

  absl::StatusOr<watch::SnapshotPages> OpenSnapshot() override {
    watch::SnapshotPages pages;
    auto alerts = std::make_shared<Alerts>();
    view_->Read([&](const NotificationsState& state, const ledger::Head& head) {
      pages.at = head;
      pages.basis = BasisOf(state.followed());
      for (const auto& [id, held] : state.facts().alerts) {
        alerts->push_back(held.value);
      }
    });
    auto next = std::make_shared<std::size_t>(0);
    pages.next = [self = shared_from_this(), alerts, next] {
      return self->NextPage(*alerts, next.get());
    };
    return pages;
  }

 private:
  std::string NextPage(const Alerts& alerts, std::size_t* next) const {
    std::string page;
    while (*next < alerts.size() && page.size() < kPageBytes) {
      const auto shown = Show(*alerts[(*next)++]);
      if (shown) Append(watch::v1::CHANGE_TYPE_UPSERTED, *shown, &page);
    }
    return page;
  }

  // What the stream shows of the alert; nothing when the filter leaves it out.
  std::optional<v1::Alert> Show(const Alert& alert) const {
    v1::Alert shown = presenter_->For(caller_, alert);
    if (!filter_.Matches(shown)) return std::nullopt;
    return shown;
  }

  std::optional<v1::Alert> Show(const std::string& key,
                                const std::optional<std::string>& bytes) const {
    if (!bytes) return std::nullopt;
    const auto alert =
        DecodeAlert(absl::StripPrefix(key, kAlertPrefix), *bytes);
    return alert.ok() ? Show(*alert) : std::nullopt;
  }

  void Render(const ledger::Change& change, std::string* out) const {
    std::optional<v1::Alert> before;
    if (change.before) before = Show(change.key, change.before->value);
    const auto after = Show(change.key, change.after);
    if (after) {
      // Equal etags: nothing changed that the caller sees.
      if (before && before->etag() == after->etag()) return;
      Append(watch::v1::CHANGE_TYPE_UPSERTED, *after, out);
    } else if (before) {
      v1::Alert gone;
      gone.set_name(before->name());
      Append(watch::v1::CHANGE_TYPE_REMOVED, gone, out);
    }
  }

  static void Append(watch::v1::ChangeType type, const v1::Alert& alert,
                     std::string* out) {
    v1::AlertChange change;
    change.set_type(type);
    *change.mutable_alert() = alert;
    watch::AppendChange(change, out);
  }

  const Presenter* const presenter_;
  const view::View<NotificationsState>* const view_;
  const access::v1::Caller caller_;
  const api::Filter filter_;
  const std::string key_;
};

}  // namespace

std::shared_ptr<watch::Renderer> MakeAlertRenderer(
    const Presenter* presenter, const view::View<NotificationsState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter) {
  return std::make_shared<AlertRenderer>(presenter, view, std::move(caller),
                                         filter_text, std::move(filter));
}

}  // namespace lagesbild::notifications
