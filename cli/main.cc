#include "cli/commands.h"
#include "lib/rpc/flags.h"

int main(int argc, char** argv) {
  lagesbild::rpc::Commands program(
      "lagesbild",
      "The shared regional picture of open drug scenes: serves it, fills it "
      "and reads it.");
  lagesbild::cli::CommandList commands;
  lagesbild::cli::AddUpCommand(&program, &commands);
  lagesbild::cli::AddImportCommands(&program, &commands);
  lagesbild::cli::AddReportCommand(&program, &commands);
  lagesbild::cli::AddListCommands(&program, &commands);
  lagesbild::cli::AddInterventionCommands(&program, &commands);
  lagesbild::cli::AddContactCommands(&program, &commands);
  lagesbild::cli::AddWatchCommand(&program, &commands);
  lagesbild::cli::AddGenerateCommand(&program, &commands);
  lagesbild::cli::AddTokenCommand(&program, &commands);
  lagesbild::cli::AddCertsCommand(&program, &commands);
  lagesbild::cli::AddReceiverCommand(&program, &commands);
  return program.Run(argc, argv);
}
