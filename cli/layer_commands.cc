#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "cli/arguments.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/request_id.h"
#include "google/protobuf/field_mask.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;
using Stub = pv::ProximityAnalysis::Stub;

constexpr absl::Duration kLook = absl::Milliseconds(200);

// A command that writes a layer, and waits for its exposures.
class LayerCommand : public Command {
 protected:
  LayerCommand(const std::string& verb, std::string purpose)
      : flags_("lagesbild layers " + verb, std::move(purpose)) {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    request_id_.AddTo(&flags_);
    flags_.Argument("LAYER", "its id: preschools-300", &id_);
  }

  void AddRuleFlags() {
    flags_.Add("name", "what people call it", &display_name_);
    flags_.Add("kind", "of places, preschool; may be given several times",
               &kinds_);
    flags_.Add("radius", "metres, at most 10,000", &radius_);
    flags_.Add("no-wait", "do not wait for the exposures", &no_wait_);
  }

  absl::StatusOr<pv::Layer> ReadLayer() const {
    pv::Layer layer;
    layer.set_display_name(display_name_);
    layer.set_radius_m(radius_.value_or(0));
    LB_RETURN_IF_ERROR(AddAll(kinds_, ParseKind, layer.mutable_kinds()));
    return layer;
  }

  // What of it was given.
  absl::StatusOr<google::protobuf::FieldMask> ReadMask() const {
    google::protobuf::FieldMask mask;
    if (!display_name_.empty()) mask.add_paths("display_name");
    if (!kinds_.empty()) mask.add_paths("kinds");
    if (radius_) mask.add_paths("radius_m");
    if (!mask.paths().empty()) return mask;
    return absl::InvalidArgumentError(
        "nothing to change: give --name, --kind or --radius");
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Write(
      Client* client,
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      Request request) {
    request.set_request_id(request_id_.value());
    const auto stub = pv::ProximityAnalysis::NewStub(client->channel());
    absl::StatusOr<Response> done = client->Call(stub.get(), method, request);
    if (!done.ok()) return request_id_.Explained(done.status());
    return done;
  }

  // Shows how far the exposures have come until all of them are there.
  absl::Status Await(Client* client, pv::Layer layer) {
    const auto stub = pv::ProximityAnalysis::NewStub(client->channel());
    pv::GetLayerRequest request;
    request.set_name(layer.name());
    const bool waits = !no_wait_ && layer.state() == pv::LAYER_STATE_BUILDING;
    while (!no_wait_ && layer.state() == pv::LAYER_STATE_BUILDING) {
      std::fprintf(stderr, "\r  %3.0f %% of the sites", layer.progress() * 100);
      absl::SleepFor(kLook);
      auto now = client->Call(stub.get(), &Stub::GetLayer, request);
      if (!now.ok()) std::fprintf(stderr, "\n");
      LB_ASSIGN_OR_RETURN(layer, std::move(now));
    }
    if (waits) std::fprintf(stderr, "\n");
    if (layer.state() == pv::LAYER_STATE_REFUSED) {
      return absl::ResourceExhaustedError(absl::StrCat(
          ShortName(layer.name()), ": ", Printable(layer.problem())));
    }
    if (format_.json()) {
      std::printf("%s\n", ToJson(layer).c_str());
    } else {
      std::printf(
          "%s  %s  %s m  %s\n", ShortName(layer.name()).c_str(),
          Printable(layer.display_name()).c_str(),
          Decimal(layer.radius_m(), 0).c_str(),
          layer.state() == pv::LAYER_STATE_ACTIVE ? "ACTIVE" : "BUILDING");
    }
    return absl::OkStatus();
  }

  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;
  std::string id_;

 private:
  RequestIdFlag request_id_;
  std::string display_name_;
  std::vector<std::string> kinds_;
  std::optional<double> radius_;
  bool no_wait_ = false;
};

class AddLayerCommand final : public LayerCommand {
 public:
  explicit AddLayerCommand(rpc::Commands* program)
      : LayerCommand("add",
                     "Adds a standing rule: sites within a radius of "
                     "places of some kinds.") {
    AddRuleFlags();
    for (const char* flag : {"name", "kind", "radius"}) flags_.Require(flag);
    program->Add("layers add", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::Status Run() {
    pv::CreateLayerRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_layer(), ReadLayer());
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client.Parent());
    request.set_layer_id(id_);
    LB_ASSIGN_OR_RETURN(pv::Layer layer,
                        Write(&client, &Stub::CreateLayer, request));
    return Await(&client, std::move(layer));
  }
};

class ChangeLayerCommand final : public LayerCommand {
 public:
  explicit ChangeLayerCommand(rpc::Commands* program)
      : LayerCommand("change",
                     "Gives a layer another name, kinds or radius; the old "
                     "rule stands until the new one is complete.") {
    AddRuleFlags();
    program->Add("layers change", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::Status Run() {
    pv::UpdateLayerRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_layer(), ReadLayer());
    LB_ASSIGN_OR_RETURN(*request.mutable_update_mask(), ReadMask());
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(const std::string parent, client.Parent());
    request.mutable_layer()->set_name(FullName(parent, "layers", id_));
    LB_ASSIGN_OR_RETURN(pv::Layer layer,
                        Write(&client, &Stub::UpdateLayer, request));
    return Await(&client, std::move(layer));
  }
};

class RemoveLayerCommand final : public LayerCommand {
 public:
  explicit RemoveLayerCommand(rpc::Commands* program)
      : LayerCommand("remove", "Ends a standing rule, with its exposures.") {
    program->Add("layers remove", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(const std::string parent, client.Parent());
    pv::DeleteLayerRequest request;
    request.set_name(FullName(parent, "layers", id_));
    LB_ASSIGN_OR_RETURN(const pv::DeleteLayerResponse gone,
                        Write(&client, &Stub::DeleteLayer, request));
    if (format_.json()) {
      std::printf("%s\n", ToJson(gone).c_str());
    } else {
      std::printf("removed, with %lld exposures\n",
                  static_cast<long long>(gone.exposures()));
    }
    return absl::OkStatus();
  }
};

}  // namespace

void AddLayerCommands(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<AddLayerCommand>(program));
  list->push_back(std::make_unique<ChangeLayerCommand>(program));
  list->push_back(std::make_unique<RemoveLayerCommand>(program));
}

}  // namespace lagesbild::cli
