#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"
#include "cli/arguments.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/request_id.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lib/base/status.h"

namespace lagesbild::cli {
namespace {

namespace iv = ::lagesbild::interventions::v1;

class InterventionCommand : public Command {
 protected:
  InterventionCommand(const std::string& verb, std::string purpose)
      : flags_("lagesbild intervention " + verb, std::move(purpose)) {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    request_id_.AddTo(&flags_);
  }

  // Sends a write and prints what it made.
  template <typename Request>
  absl::Status Write(Client* client,
                     grpc::Status (iv::InterventionTracking::Stub::*method)(
                         grpc::ClientContext*, const Request&,
                         iv::Intervention*),
                     Request request) {
    request.set_request_id(request_id_.value());
    const auto stub = iv::InterventionTracking::NewStub(client->channel());
    const absl::StatusOr<iv::Intervention> done =
        client->Call(stub.get(), method, request);
    if (!done.ok()) return request_id_.Explained(done.status());
    Print(*done);
    return absl::OkStatus();
  }

 private:
  void Print(const iv::Intervention& done) const {
    if (format_.json()) {
      std::printf("%s\n", ToJson(done).c_str());
      return;
    }
    const std::string state(absl::StripPrefix(
        iv::InterventionState_Name(done.state()), "INTERVENTION_STATE_"));
    std::printf("%s  %s  %s\n", ShortName(done.name()).c_str(),
                done.type().c_str(), state.c_str());
  }

  FormatFlag format_;
  RequestIdFlag request_id_;

 protected:
  ClientFlags client_;
  rpc::Flags flags_;
};

class CreateCommand final : public InterventionCommand {
 public:
  explicit CreateCommand(rpc::Commands* program)
      : InterventionCommand("create", "Plans an intervention at a site.") {
    flags_.Add("site", "the site's id; may be given several times", &sites_);
    flags_.Add("type", "what is done, from the catalogue: outreach-buyers",
               &type_);
    flags_.Add("id", "the intervention's id; empty: one is given", &id_);
    flags_.Add("title", "what people call it", &title_);
    flags_.Add("aim", "which problem it is to solve", &aim_);
    flags_.Add("start", "first date", &start_);
    flags_.Add("follow-up", "date of the next follow-up", &follow_up_);
    flags_.Require("site");
    flags_.Require("type");
    program->Add("intervention create", &flags_,
                 [this] { return Report(Run()); });
  }

 private:
  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    iv::CreateInterventionRequest request;
    LB_ASSIGN_OR_RETURN(*request.mutable_parent(), client.Parent());
    request.set_intervention_id(id_);
    iv::Intervention* planned = request.mutable_intervention();
    for (const std::string& site : sites_) {
      planned->add_sites(FullName(request.parent(), "sites", site));
    }
    planned->set_type(type_);
    planned->set_display_name(title_);
    planned->set_aim(aim_);
    planned->set_start_date(start_);
    planned->set_next_follow_up(follow_up_);
    return Write(&client, &iv::InterventionTracking::Stub::CreateIntervention,
                 std::move(request));
  }

  std::vector<std::string> sites_;
  std::string type_;
  std::string id_;
  std::string title_;
  std::string aim_;
  std::string start_;
  std::string follow_up_;
};

// A custom method on one intervention.
template <typename Request>
class StateCommand : public InterventionCommand {
 protected:
  using Method = grpc::Status (iv::InterventionTracking::Stub::*)(
      grpc::ClientContext*, const Request&, iv::Intervention*);

  StateCommand(const std::string& verb, std::string purpose, Method method)
      : InterventionCommand(verb, std::move(purpose)), method_(method) {
    flags_.Argument("INTERVENTION", "its id", &name_);
  }

  absl::Status Call(Request request) {
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_ASSIGN_OR_RETURN(const std::string parent, client.Parent());
    request.set_name(FullName(parent, "interventions", name_));
    return Write(&client, method_, std::move(request));
  }

 private:
  const Method method_;
  std::string name_;
};

class ActivateCommand final
    : public StateCommand<iv::ActivateInterventionRequest> {
 public:
  explicit ActivateCommand(rpc::Commands* program)
      : StateCommand("activate", "Starts a planned or paused intervention.",
                     &iv::InterventionTracking::Stub::ActivateIntervention) {
    flags_.Add("start", "first date; default today", &start_);
    program->Add("intervention activate", &flags_, [this] {
      iv::ActivateInterventionRequest request;
      request.set_start_date(start_);
      return Report(Call(std::move(request)));
    });
  }

 private:
  std::string start_;
};

class CompleteCommand final
    : public StateCommand<iv::CompleteInterventionRequest> {
 public:
  explicit CompleteCommand(rpc::Commands* program)
      : StateCommand("complete", "Ends an active or paused intervention.",
                     &iv::InterventionTracking::Stub::CompleteIntervention) {
    flags_.Add("end", "the date after the last; default tomorrow", &end_);
    flags_.Add("outcome", "what came of it, without persons", &outcome_);
    program->Add("intervention complete", &flags_, [this] {
      iv::CompleteInterventionRequest request;
      request.set_end_date(end_);
      request.set_outcome(outcome_);
      return Report(Call(std::move(request)));
    });
  }

 private:
  std::string end_;
  std::string outcome_;
};

}  // namespace

void AddInterventionCommands(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<CreateCommand>(program));
  list->push_back(std::make_unique<ActivateCommand>(program));
  list->push_back(std::make_unique<CompleteCommand>(program));
}

}  // namespace lagesbild::cli
