#include "services/interventions/interventions_watch.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/watch/record_renderer.h"
#include "services/interventions/interventions_records.h"

namespace lagesbild::interventions {
namespace {

using InterventionWatch = watch::RecordWatch<Intervention, v1::Intervention>;
using GapWatch = watch::RecordWatch<Gap, v1::CoverageGap>;

void AppendIntervention(watch::Became became, const v1::Intervention& shown,
                        std::string* out) {
  v1::InterventionChange change;
  change.set_type(watch::TypeOf(became));
  if (became != watch::Became::kLeft) {
    *change.mutable_intervention() = shown;
  } else {
    change.mutable_intervention()->set_name(shown.name());
  }
  watch::AppendChange(change, out);
}

void AppendGap(watch::Became became, const v1::CoverageGap& shown,
               std::string* out) {
  v1::CoverageGapChange change;
  change.set_type(watch::TypeOf(became));
  if (became != watch::Became::kLeft) {
    *change.mutable_gap() = shown;
  } else {
    change.mutable_gap()->set_name(shown.name());
  }
  watch::AppendChange(change, out);
}

watch::RecordSnapshot<Intervention> InterventionsNow(
    const view::View<InterventionsState>* view) {
  return view->Read(
      [](const InterventionsState& state, const ledger::Head& head) {
        watch::RecordSnapshot<Intervention> taken{head, state.basis(), {}};
        for (const auto& [id, entry] : state.interventions()) {
          taken.records.emplace_back(entry, &entry->intervention);
        }
        return taken;
      });
}

watch::RecordSnapshot<Gap> GapsNow(const view::View<InterventionsState>* view) {
  return view->Read(
      [](const InterventionsState& state, const ledger::Head& head) {
        watch::RecordSnapshot<Gap> taken{head, state.basis(), {}};
        for (const auto& [site, gap] : state.gaps()) {
          taken.records.push_back(gap);
        }
        return taken;
      });
}

// How the stream of `what` shows a record to the caller.
template <typename Record, typename Message>
watch::RecordWatch<Record, Message> WatchFor(const char* what,
                                             const Presenter* presenter,
                                             access::v1::Caller caller,
                                             const std::string& filter_text,
                                             api::Filter filter) {
  watch::RecordWatch<Record, Message> shows;
  shows.sharing_key = absl::StrCat(
      what, "\n",
      presenter->redactor().VisibilityKey(Message::descriptor(), caller), "\n",
      filter_text);
  shows.show = [presenter, caller = std::move(caller),
                filter = std::move(filter)](
                   const Record& record) -> std::optional<Message> {
    Message shown = presenter->For(caller, record);
    if (!filter.Matches(shown)) return std::nullopt;
    return shown;
  };
  return shows;
}

}  // namespace

std::shared_ptr<watch::Renderer> MakeInterventionRenderer(
    const Presenter* presenter, const view::View<InterventionsState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter) {
  InterventionWatch shows = WatchFor<Intervention, v1::Intervention>(
      "interventions", presenter, std::move(caller), filter_text,
      std::move(filter));
  shows.prefix = kInterventionPrefix;
  shows.decode = [](const std::string& id, const std::string& bytes,
                    absl::Time) { return DecodeIntervention(id, bytes); };
  shows.append = AppendIntervention;
  shows.snapshot = [view] { return InterventionsNow(view); };
  return std::make_shared<
      watch::RecordRenderer<Intervention, v1::Intervention>>(std::move(shows));
}

std::shared_ptr<watch::Renderer> MakeGapRenderer(
    const Presenter* presenter, const view::View<InterventionsState>* view,
    access::v1::Caller caller, const std::string& filter_text,
    api::Filter filter) {
  GapWatch shows = WatchFor<Gap, v1::CoverageGap>(
      "gaps", presenter, std::move(caller), filter_text, std::move(filter));
  shows.prefix = kGapPrefix;
  shows.decode = [](const std::string& site, const std::string& bytes,
                    absl::Time) { return DecodeGap(site, bytes); };
  shows.append = AppendGap;
  shows.snapshot = [view] { return GapsNow(view); };
  return std::make_shared<watch::RecordRenderer<Gap, v1::CoverageGap>>(
      std::move(shows));
}

}  // namespace lagesbild::interventions
