#include "gateway/picture/picture_service.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/picture/figures.h"
#include "gateway/picture/picture_as_of.h"
#include "gateway/picture/visible.h"
#include "lib/access/caller.h"
#include "lib/api/paging.h"
#include "lib/api/time.h"
#include "lib/base/status.h"

namespace lagesbild::gateway {
namespace {

using ::lagesbild::picture::v1::GetPictureRequest;
using ::lagesbild::picture::v1::Picture;
using ::lagesbild::picture::v1::WatchPictureRequest;

std::set<std::string> AreaSet(
    const google::protobuf::RepeatedPtrField<std::string>& codes) {
  return {codes.begin(), codes.end()};
}

bool Wanted(const GetPictureRequest& request,
            const std::set<std::string>& areas,
            const picture::v1::Situation& situation) {
  if (!request.site().empty() && situation.site().name() != request.site()) {
    return false;
  }
  return InAreas(situation, areas);
}

std::vector<SituationPtr> Select(const GetPictureRequest& request,
                                 const std::vector<SituationPtr>& from) {
  const std::set<std::string> areas = AreaSet(request.areas());
  std::vector<SituationPtr> wanted;
  for (const SituationPtr& situation : from) {
    if (Wanted(request, areas, *situation)) wanted.push_back(situation);
  }
  return wanted;
}

// A watch request arrives raw, as its responses leave.
absl::StatusOr<WatchPictureRequest> ParseWatch(const grpc::ByteBuffer& bytes) {
  grpc::ByteBuffer copy = bytes;
  WatchPictureRequest request;
  const grpc::Status parsed =
      grpc::SerializationTraits<WatchPictureRequest>::Deserialize(&copy,
                                                                  &request);
  if (!parsed.ok())
    return absl::InvalidArgumentError("not a WatchPictureRequest");
  return request;
}

}  // namespace

grpc::ServerUnaryReactor* PictureService::GetPicture(
    grpc::CallbackServerContext* context, const GetPictureRequest* request,
    Picture* response) {
  return deps_.handlers->Unary(
      context, request, response, "RegionalPicture.GetPicture",
      [this](const rpc::CallPtr& call, const GetPictureRequest& q, Picture* r,
             rpc::Done done) { DoGet(call, q, r, std::move(done)); });
}

absl::Status PictureService::CheckName(const std::string& name) const {
  if (name == "regions/-" || name == parent_) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("this suite keeps ", parent_));
}

void PictureService::DoGet(const rpc::CallPtr& call, const Request& request,
                           Picture* response, rpc::Done done) {
  if (absl::Status named = CheckName(request.name()); !named.ok()) {
    return done(std::move(named));
  }
  const auto as_of = api::ParseAsOf(request.as_of());
  if (!as_of.ok()) return done(as_of.status());
  if (as_of->revision) {
    return done(base::InvalidField(
        "as_of.revision", "each service counts its own: give recorded_time"));
  }
  if (!as_of->recorded_time && !as_of->valid_date) {
    return done(GetNow(*call, request, response));
  }
  deps_.executor->Run([this, call, &request, response, done] {
    done(GetAsOf(*call, request, response));
  });
}

absl::Status PictureService::GetNow(const rpc::Call& call,
                                    const Request& request,
                                    Picture* response) const {
  const absl::Time up_to = deps_.feed->UpTo();
  if (up_to == absl::InfinitePast()) {
    return base::Error(absl::StatusCode::kUnavailable, base::kNotCaughtUp,
                       "the picture is being put together");
  }
  std::vector<SituationPtr> situations;
  AreaNames names;
  deps_.view->Read([&](const PictureState& state, const ledger::Head&) {
    for (const auto& [site, s] : state.situations()) situations.push_back(s);
    names = state.area_names();
  });
  const access::v1::ConsistencyToken reached = deps_.reach->Current();
  *response->mutable_reached() = reached.positions();
  return Fill(call, request, std::move(situations), names, up_to, response);
}

absl::Status PictureService::GetAsOf(const rpc::Call& call,
                                     const Request& request,
                                     Picture* response) const {
  LB_ASSIGN_OR_RETURN(const api::AsOf as_of, api::ParseAsOf(request.as_of()));
  LB_ASSIGN_OR_RETURN(AssembledPicture picture,
                      PictureAsOf(deps_.upstreams, parent_, request.as_of(),
                                  *deps_.clock, call.Remaining()));
  return Fill(call, request, std::move(picture.situations), picture.area_names,
              as_of.recorded_time.value_or(deps_.clock->Now()), response);
}

absl::Status PictureService::Fill(const rpc::Call& call, const Request& request,
                                  std::vector<SituationPtr> situations,
                                  const AreaNames& names, absl::Time recorded,
                                  Picture* response) const {
  LB_ASSIGN_OR_RETURN(const api::AsOf as_of, api::ParseAsOf(request.as_of()));
  LB_ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  const std::string digest = api::QueryDigest(request);
  LB_ASSIGN_OR_RETURN(const std::string after,
                      api::ParsePageToken(request.page_token(), digest));
  response->set_name(parent_);
  *response->mutable_recorded_time() = api::ToTimestamp(recorded);
  response->set_valid_date(base::FormatDate(
      as_of.valid_date.value_or(base::DateInSweden(recorded))));
  situations = Select(request, situations);
  for (auto& figure : ComputeFigures(parent_, situations, names)) {
    *response->add_figures() = std::move(figure);
  }
  if (request.figures_only()) return absl::OkStatus();
  auto next = std::find_if(
      situations.begin(), situations.end(),
      [&](const SituationPtr& s) { return s->site().name() > after; });
  for (; next != situations.end(); ++next) {
    if (response->situations_size() == page_size) {
      response->set_next_page_token(api::PageToken(
          digest, response->situations(page_size - 1).site().name()));
      break;
    }
    *response->add_situations() =
        VisibleSituation(**next, call.caller(), *deps_.redactor);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<PictureRenderer>> PictureService::RendererFor(
    const rpc::Call& call, const WatchPictureRequest& request) {
  LB_RETURN_IF_ERROR(CheckName(request.name()));
  return std::make_shared<PictureRenderer>(
      deps_.view, deps_.redactor, call.caller(), AreaSet(request.areas()));
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* PictureService::WatchPicture(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  const auto call = deps_.handlers->AdmitStream(
      context, "RegionalPicture.WatchPicture", request->Length());
  if (!call.ok()) return rpc::FinishedStream<grpc::ByteBuffer>(call.status());
  const auto parsed = ParseWatch(*request);
  const auto renderer =
      parsed.ok() ? RendererFor(**call, *parsed) : parsed.status();
  if (!renderer.ok()) {
    (*call)->Finished(renderer.status());
    return rpc::FinishedStream<grpc::ByteBuffer>(renderer.status());
  }
  return deps_.hub->Watch(context, {parsed->cursor(), *renderer, false});
}

}  // namespace lagesbild::gateway
