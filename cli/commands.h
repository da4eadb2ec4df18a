#ifndef LAGESBILD_CLI_COMMANDS_H_
#define LAGESBILD_CLI_COMMANDS_H_

#include <memory>
#include <vector>

#include "lib/rpc/flags.h"

namespace lagesbild::cli {

// One command of the program, or a family of them, with its flags' values.
// Lives as long as the program runs.
class Command {
 public:
  virtual ~Command() = default;
};

using CommandList = std::vector<std::unique_ptr<Command>>;

// Each adds its commands to `program` and keeps them in `list`.
void AddImportCommands(rpc::Commands* program, CommandList* list);
void AddPlaceImportCommand(rpc::Commands* program, CommandList* list);
void AddListCommands(rpc::Commands* program, CommandList* list);
void AddNearCommand(rpc::Commands* program, CommandList* list);
void AddWhatIfCommand(rpc::Commands* program, CommandList* list);
void AddSummaryCommand(rpc::Commands* program, CommandList* list);
void AddLayerCommands(rpc::Commands* program, CommandList* list);
void AddPlaceCommands(rpc::Commands* program, CommandList* list);
void AddInterventionCommands(rpc::Commands* program, CommandList* list);
void AddContactCommands(rpc::Commands* program, CommandList* list);
void AddWatchCommand(rpc::Commands* program, CommandList* list);
void AddReportCommand(rpc::Commands* program, CommandList* list);
void AddTokenCommand(rpc::Commands* program, CommandList* list);
void AddCertsCommand(rpc::Commands* program, CommandList* list);
void AddGenerateCommand(rpc::Commands* program, CommandList* list);
void AddReceiverCommand(rpc::Commands* program, CommandList* list);
void AddUpCommand(rpc::Commands* program, CommandList* list);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_COMMANDS_H_
