import ArgumentParser
import Host
import Operations

/// The world now.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Print each cloud's health, latency, lag and weights.",
    discussion: """
      Asks the host that serves the configuration, or observes the world itself for a few seconds.

      Examples:
        signalbox status
        signalbox status --format json | jq '.clouds[] | {id, health}'
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(help: "text or json.") var format = OutputFormat.text

  func run() async throws {
    let access = try await HostAccess.open(try options.load(), onlyLooking: true)
    do {
      let snapshot = try await access.snapshot { $0.isSettled }
      switch format {
      case .json: try Output.json(StatusReport(snapshot))
      case .text: print(StatusText.write(snapshot))
      }
      await access.close()
    } catch {
      await access.close()
      throw error
    }
  }
}
