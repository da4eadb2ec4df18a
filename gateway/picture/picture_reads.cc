#include "gateway/picture/picture_reads.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/picture/figures.h"
#include "gateway/picture/standing.h"
#include "gateway/picture/visible.h"
#include "lib/api/paging.h"
#include "lib/base/status.h"
#include "lib/rpc/status.h"

namespace lagesbild::gateway {
namespace {

using ::lagesbild::picture::v1::GetPictureRequest;

// How long the services are waited for; then the picture of now is answered
// with how far it is known to be whole.
constexpr absl::Duration kCatchUp = absl::Seconds(2);
// How much of a call's time goes into asking the services: who waits in vain
// is to hear for which of them.
constexpr double kShareToAsk = 0.9;
// The clocks of a suite's machines may be so far apart: a time that one of them
// has just stated is not refused by another.
constexpr absl::Duration kClockLeeway = absl::Seconds(1);

// Whoever brings a consistency token asks for no less than now.
bool TakesOlder(const rpc::Call& call) {
  return call.token().positions_size() == 0;
}

absl::Duration CatchUpBudget(const rpc::Call& call) {
  const absl::Duration left = call.Remaining() * kShareToAsk;
  return TakesOlder(call) ? std::min(kCatchUp, left / 2) : left;
}

Scope ScopeOf(const std::string& region, const access::v1::AsOf& as_of,
              const GetPictureRequest& request) {
  return {region,
          as_of,
          {request.areas().begin(), request.areas().end()},
          request.site()};
}

std::vector<SituationPtr> Select(const Scope& scope,
                                 const std::vector<SituationPtr>& from) {
  std::vector<SituationPtr> wanted;
  for (const SituationPtr& situation : from) {
    if (!scope.site.empty() && situation->site().name() != scope.site) continue;
    if (InAreas(*situation, scope.areas)) wanted.push_back(situation);
  }
  return wanted;
}

absl::Status TooMany() {
  return rpc::WithRetryAfter(
      absl::ResourceExhaustedError(absl::StrCat(
          "at most ", kMaxPastPictures,
          " pictures of the past are put together at the same time")),
      absl::Seconds(1));
}

}  // namespace

PictureReads::PictureReads(PictureDeps deps)
    : deps_(std::move(deps)), parent_(absl::StrCat("regions/", deps_.region)) {}

void PictureReads::Get(const PictureCall& get) {
  absl::Status named = CheckRegion(deps_, get.request->name());
  if (!named.ok()) return get.done(std::move(named));
  const auto as_of = api::ParseAsOf(get.request->as_of());
  if (!as_of.ok()) return get.done(as_of.status());
  absl::Status possible = CheckAsOf(*as_of);
  if (!possible.ok()) return get.done(std::move(possible));
  if (as_of->recorded_time || as_of->valid_date) return GetPast(get, *as_of);
  GetNow(get);
}

absl::Status PictureReads::CheckAsOf(const api::AsOf& as_of) const {
  if (as_of.revision) {
    return base::InvalidField(
        "as_of.revision", "each service counts its own: give recorded_time");
  }
  if (as_of.recorded_time.value_or(absl::InfinitePast()) >
      deps_.clock->Now() + kClockLeeway) {
    return absl::OutOfRangeError(
        "as_of.recorded_time: nobody knows yet what will be recorded by then");
  }
  return absl::OkStatus();
}

// What a stream has told of counts as past, whatever this machine's clock says.
absl::Time PictureReads::Moment() const {
  return std::max(deps_.clock->Now(), deps_.feed->Newest());
}

Inquiry PictureReads::InquiryFor(const PictureCall& get,
                                 absl::Duration within) const {
  return {parent_, deps_.clock, deps_.clock->Monotonic() + within,
          [call = get.call] { return call->NewClientContext(); }};
}

// The streams may lag behind what was recorded, and a quiet one does not tell:
// the services are asked how far they are.
void PictureReads::GetNow(const PictureCall& get) {
  if (!deps_.feed->Complete()) {
    return get.done(base::Error(absl::StatusCode::kUnavailable,
                                base::kNotCaughtUp,
                                "the picture is being put together"));
  }
  const absl::Time moment = Moment();
  const Inquiry inquiry = InquiryFor(get, CatchUpBudget(*get.call));
  AskStanding(
      deps_.upstreams, inquiry,
      [this, get, moment,
       inquiry](const absl::StatusOr<access::v1::ConsistencyToken>& standing) {
        if (!standing.ok()) return CaughtUp(get, moment, standing.status());
        deps_.reach->WhenReached(*standing, inquiry.Left(),
                                 [this, get, moment](const absl::Status& s) {
                                   CaughtUp(get, moment, s);
                                 });
      });
}

void PictureReads::CaughtUp(const PictureCall& get, absl::Time moment,
                            const absl::Status& reached) {
  if (reached.ok()) {
    deps_.feed->NoteWhole(moment);
  } else if (!TakesOlder(*get.call)) {
    return get.done(reached);
  }
  deps_.executor->Run([this, get] { get.done(AnswerNow(get)); });
}

absl::Status PictureReads::AnswerNow(const PictureCall& get) const {
  // Before the view is read, which can only hold more.
  const absl::Time whole_up_to = deps_.feed->WholeUpTo();
  const access::v1::ConsistencyToken reached = deps_.reach->Current();
  AssembledPicture picture;
  deps_.view->Read([&](const PictureState& state, const ledger::Head&) {
    for (const auto& [site, s] : state.situations()) {
      picture.situations.push_back(s);
    }
    picture.area_names = state.area_names();
  });
  *get.response->mutable_reached() = reached.positions();
  get.response->set_valid_date(
      base::FormatDate(base::DateInSweden(deps_.clock->Now())));
  *get.response->mutable_recorded_time() = api::ToTimestamp(whole_up_to);
  access::v1::AsOf as_of;
  as_of.set_recorded_time(api::FormatTime(whole_up_to));
  return Fill(get, as_of, picture);
}

void PictureReads::GetPast(const PictureCall& get, const api::AsOf& as_of) {
  if (++past_pictures_ > kMaxPastPictures) {
    --past_pictures_;
    return get.done(TooMany());
  }
  // All services are asked for one time, also where the caller means now.
  const absl::Time recorded = as_of.recorded_time.value_or(Moment());
  const base::Date valid =
      as_of.valid_date.value_or(base::DateInSweden(recorded));
  get.response->set_valid_date(base::FormatDate(valid));
  *get.response->mutable_recorded_time() = api::ToTimestamp(recorded);
  access::v1::AsOf asked;
  asked.set_recorded_time(api::FormatTime(recorded));
  asked.set_valid_date(get.request->as_of().valid_date());
  PictureAsOf(deps_.upstreams,
              InquiryFor(get, get.call->Remaining() * kShareToAsk), asked,
              [this, get, asked](absl::StatusOr<AssembledPicture> picture) {
                AnswerPast(get, asked, std::move(picture));
              });
}

void PictureReads::AnswerPast(const PictureCall& get,
                              const access::v1::AsOf& as_of,
                              absl::StatusOr<AssembledPicture> picture) {
  deps_.executor->Run([this, get, as_of, picture = std::move(picture)] {
    const absl::Status filled =
        picture.ok() ? Fill(get, as_of, *picture) : picture.status();
    --past_pictures_;
    get.done(filled);
  });
}

absl::Status PictureReads::Fill(const PictureCall& get,
                                const access::v1::AsOf& as_of,
                                const AssembledPicture& picture) const {
  const Scope scope = ScopeOf(parent_, as_of, *get.request);
  const std::vector<SituationPtr> situations =
      Select(scope, picture.situations);
  get.response->set_name(parent_);
  const bool gaps_known = picture.gaps_unknown.empty();
  if (!gaps_known) {
    auto* omission = get.response->add_omissions();
    omission->set_figures("gaps");
    omission->set_reason(picture.gaps_unknown);
  }
  for (auto& figure :
       ComputeFigures(scope, situations, picture.area_names,
                      gaps_known ? Gaps::kKnown : Gaps::kUnknown)) {
    *get.response->add_figures() = std::move(figure);
  }
  return FillPage(get, situations);
}

absl::Status PictureReads::FillPage(
    const PictureCall& get, const std::vector<SituationPtr>& situations) const {
  LB_ASSIGN_OR_RETURN(const api::Page page, api::ReadPage(*get.request));
  if (get.request->figures_only()) return absl::OkStatus();
  auto next = std::find_if(
      situations.begin(), situations.end(),
      [&](const SituationPtr& s) { return s->site().name() > page.after; });
  std::size_t bytes = 0;
  std::string last;
  for (; next != situations.end(); ++next) {
    const auto shown =
        static_cast<std::size_t>(get.response->situations_size());
    if (!page.HasRoom(shown, bytes)) {
      get.response->set_next_page_token(page.Next(last));
      break;
    }
    last = (*next)->site().name();
    auto* situation = get.response->add_situations();
    *situation = VisibleSituation(**next, get.call->caller(), *deps_.redactor);
    bytes += situation->ByteSizeLong();
  }
  return absl::OkStatus();
}

}  // namespace lagesbild::gateway
