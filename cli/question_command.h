#ifndef LAGESBILD_CLI_QUESTION_COMMAND_H_
#define LAGESBILD_CLI_QUESTION_COMMAND_H_

#include <string>
#include <utility>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lib/base/status.h"

namespace lagesbild::cli {

// A command that asks proximity one question and keeps nothing.
class QuestionCommand : public Command {
 protected:
  QuestionCommand(const std::string& verb, std::string purpose)
      : flags_("lagesbild " + verb, std::move(purpose)) {
    client_.AddTo(&flags_);
    format_.AddTo(&flags_);
    flags_.Add("as-of", "RFC 3339 time: as it was recorded then", &as_of_);
    flags_.Add("valid", "date: as it held on that day", &valid_);
  }

  // Connected, caught up, and with the request's parent and version set.
  template <typename Request>
  absl::StatusOr<Client> Begin(Request* request) {
    LB_ASSIGN_OR_RETURN(Client client, Client::Connect(client_));
    LB_RETURN_IF_ERROR(client.CatchUp());
    LB_ASSIGN_OR_RETURN(*request->mutable_parent(), client.Parent());
    request->mutable_as_of()->set_recorded_time(as_of_);
    request->mutable_as_of()->set_valid_date(valid_);
    return client;
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(
      Client* client,
      grpc::Status (proximity::v1::ProximityAnalysis::Stub::*method)(
          grpc::ClientContext*, const Request&, Response*),
      const Request& request) {
    const auto stub =
        proximity::v1::ProximityAnalysis::NewStub(client->channel());
    return client->Call(stub.get(), method, request);
  }

  ClientFlags client_;
  FormatFlag format_;
  rpc::Flags flags_;

 private:
  std::string as_of_;
  std::string valid_;
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_QUESTION_COMMAND_H_
