import ArgumentParser

/// The weights lever from the command line.
struct WeightsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "Show or shift the DNS weights.",
    subcommands: [WeightsShowCommand.self, WeightsSetCommand.self], defaultSubcommand: WeightsShowCommand.self)
}
