#include "cli/client.h"

#include <algorithm>
#include <chrono>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/picture/v1/picture.grpc.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/access/caller.h"
#include "lib/access/config_file.h"
#include "lib/base/status.h"
#include "lib/rpc/tls.h"

namespace lagesbild::cli {
namespace {

constexpr size_t kMaxTokenFileBytes = 16 << 10;

// A token in an argument can be seen by others on the machine: "@FILE" keeps it
// out of there.
absl::StatusOr<std::string> TokenText(const std::string& flag) {
  absl::string_view path = flag;
  if (!absl::ConsumePrefix(&path, "@")) return flag;
  return access::ReadSmallFile(std::string(path), kMaxTokenFileBytes);
}

// gRPC ends the process over a header that holds anything else.
absl::StatusOr<std::string> ReadToken(const std::string& flag) {
  LB_ASSIGN_OR_RETURN(const std::string text, TokenText(flag));
  const std::string token(absl::StripAsciiWhitespace(text));
  if (!token.empty() && absl::c_all_of(token, absl::ascii_isgraph)) {
    return token;
  }
  return absl::InvalidArgumentError(
      "--token: that is no token: it is empty, or has spaces or other "
      "characters that no token has");
}

// Where no answer came, say so: a refusal of the suite has a reason.
absl::Status Reached(absl::Status status) {
  if (!absl::IsUnavailable(status) || !base::ReasonOf(status).empty()) {
    return status;
  }
  return absl::UnavailableError(
      absl::StrCat("cannot reach the service: ", status.message()));
}

// Takes the newer position of each service.
void Merge(const access::v1::ConsistencyToken& from,
           access::v1::ConsistencyToken* into) {
  for (const access::v1::Position& position : from.positions()) {
    auto* known = into->mutable_positions();
    const auto same = std::find_if(known->begin(), known->end(),
                                   [&](const access::v1::Position& p) {
                                     return p.service() == position.service();
                                   });
    if (same == known->end()) {
      *into->add_positions() = position;
    } else if (same->store_id() != position.store_id() ||
               same->revision() < position.revision()) {
      *same = position;
    }
  }
}

absl::Status Missing(absl::string_view flag, absl::string_view variable) {
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, " is missing, and ", variable, " is not set"));
}

}  // namespace

void ClientFlags::AddTo(rpc::Flags* flags) {
  flags->Add("server", "the gateway's gRPC address, HOST:PORT", &server);
  flags->FromEnvironment("server", "LAGESBILD_SERVER");
  flags->Add("token", "bearer token, or @FILE with one", &token);
  flags->FromEnvironment("token", "LAGESBILD_TOKEN");
  flags->Add("ca", "PEM file with the authority that signed the gateway", &ca);
  flags->FromEnvironment("ca", "LAGESBILD_CA");
  flags->Add("region", "the region's id; empty: asked of the gateway", &region);
  flags->FromEnvironment("region", "LAGESBILD_REGION");
}

absl::StatusOr<Client> Client::Connect(const ClientFlags& flags) {
  if (flags.server.empty()) return Missing("server", "LAGESBILD_SERVER");
  if (flags.token.empty()) return Missing("token", "LAGESBILD_TOKEN");
  if (flags.ca.empty()) return Missing("ca", "LAGESBILD_CA");
  LB_ASSIGN_OR_RETURN(std::string token, ReadToken(flags.token));
  rpc::ChannelOptions options;
  options.target = flags.server;
  LB_ASSIGN_OR_RETURN(options.credentials,
                      rpc::TlsChannelCredentials(flags.ca));
  return Client(rpc::MakeChannel(options), std::move(token), flags.region);
}

void Client::Prepare(absl::Duration budget,
                     grpc::ClientContext* context) const {
  context->AddMetadata("authorization", absl::StrCat("Bearer ", token_));
  if (budget != absl::InfiniteDuration()) {
    context->set_deadline(std::chrono::system_clock::now() +
                          absl::ToChronoMicroseconds(budget));
  }
  if (seen_.positions_size() > 0) {
    rpc::SetConsistencyToken(access::EncodeConsistencyToken(seen_), context);
  }
}

absl::Status Client::Took(const grpc::ClientContext& context,
                          const grpc::Status& status) {
  const auto token =
      access::DecodeConsistencyToken(rpc::ConsistencyTokenOf(context));
  if (token.ok()) Merge(*token, &seen_);
  return Reached(rpc::FromGrpc(status));
}

absl::Status Client::CatchUp() {
  LB_ASSIGN_OR_RETURN(const std::string parent, Parent());
  const auto ask = [&](auto request, auto* stub, auto method) {
    request.set_parent(parent);
    request.set_page_size(1);
    return Call(stub, method, request).status();
  };
  const auto registry = registry::v1::SiteRegistry::NewStub(channel_);
  LB_RETURN_IF_ERROR(ask(registry::v1::ListSitesRequest(), registry.get(),
                         &registry::v1::SiteRegistry::Stub::ListSites));
  const auto proximity = proximity::v1::ProximityAnalysis::NewStub(channel_);
  LB_RETURN_IF_ERROR(ask(proximity::v1::ListPlacesRequest(), proximity.get(),
                         &proximity::v1::ProximityAnalysis::Stub::ListPlaces));
  const auto interventions =
      interventions::v1::InterventionTracking::NewStub(channel_);
  return ask(interventions::v1::ListInterventionsRequest(), interventions.get(),
             &interventions::v1::InterventionTracking::Stub::ListInterventions);
}

absl::StatusOr<std::string> Client::Parent() {
  if (region_.empty()) {
    const auto stub = picture::v1::RegionalPicture::NewStub(channel_);
    picture::v1::GetPictureRequest request;
    request.set_name("regions/-");
    request.set_figures_only(true);
    LB_ASSIGN_OR_RETURN(
        const picture::v1::Picture picture,
        Call(stub.get(), &picture::v1::RegionalPicture::Stub::GetPicture,
             request));
    region_ = std::string(absl::StripPrefix(picture.name(), "regions/"));
  }
  return absl::StrCat("regions/", region_);
}

}  // namespace lagesbild::cli
