#include <cstdlib>

#include "cli/commands.h"
#include "google/protobuf/stubs/common.h"
#include "lib/rpc/flags.h"

int main(int argc, char** argv) {
  // What goes wrong is told in one line; the libraries would tell it in more,
  // before it.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  google::protobuf::SetLogHandler(nullptr);
  lagesbild::rpc::Commands program(
      "lagesbild",
      "The shared regional picture of open drug scenes: serves it, fills it "
      "and reads it.");
  lagesbild::cli::CommandList commands;
  lagesbild::cli::AddUpCommand(&program, &commands);
  lagesbild::cli::AddImportCommands(&program, &commands);
  lagesbild::cli::AddReportCommand(&program, &commands);
  lagesbild::cli::AddListCommands(&program, &commands);
  lagesbild::cli::AddNearCommand(&program, &commands);
  lagesbild::cli::AddWhatIfCommand(&program, &commands);
  lagesbild::cli::AddSummaryCommand(&program, &commands);
  lagesbild::cli::AddLayerCommands(&program, &commands);
  lagesbild::cli::AddPlaceCommands(&program, &commands);
  lagesbild::cli::AddInterventionCommands(&program, &commands);
  lagesbild::cli::AddContactCommands(&program, &commands);
  lagesbild::cli::AddWatchCommand(&program, &commands);
  lagesbild::cli::AddGenerateCommand(&program, &commands);
  lagesbild::cli::AddTokenCommand(&program, &commands);
  lagesbild::cli::AddCertsCommand(&program, &commands);
  lagesbild::cli::AddReceiverCommand(&program, &commands);
  return program.Run(argc, argv);
}
