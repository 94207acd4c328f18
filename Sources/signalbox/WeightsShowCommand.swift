import ArgumentParser
import Operations

/// What is configured, answered and observed.
struct WeightsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the weights: configured, answered, observed.",
    discussion: """
      Example:
        signalbox weights show
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(help: "text or json.") var format = OutputFormat.text

  func run() async throws {
    let access = try await HostAccess.open(try options.load(), onlyLooking: true)
    do {
      let snapshot = try await access.snapshot { $0.recordSet.configured != nil && $0.recordSet.authoritative != nil }
      switch format {
      case .json: try Output.json(snapshot.recordSet)
      case .text: print(StatusText.recordSet(snapshot))
      }
      await access.close()
    } catch {
      await access.close()
      throw error
    }
  }
}
