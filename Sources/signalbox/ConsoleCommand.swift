import ArgumentParser

/// The console: what `signalbox` does without a subcommand.
struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Open the console (the default).",
    discussion: """
      Attaches to the host that serves the configuration, or starts one in its own process. ? shows every key.

      Examples:
        signalbox
        signalbox console --config /etc/signalbox.yaml --theme light
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var console: ConsoleArguments

  func run() async throws {
    try await ConsoleSession(configuration: try options.load(), arguments: console).run()
  }
}
