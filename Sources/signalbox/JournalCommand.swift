import ArgumentParser
import Host
import JournalAdapter
import Operations

/// What was intended and what came of it.
struct JournalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Print the journal, or check its chain.",
    discussion: """
      Examples:
        signalbox journal
        signalbox journal --newest 500 --format json
        signalbox journal verify
      """,
    subcommands: [JournalShowCommand.self, JournalVerifyCommand.self], defaultSubcommand: JournalShowCommand.self)
}

/// The newest entries.
struct JournalShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Print the newest entries.")

  @OptionGroup var options: ConfigurationOptions
  @Option(help: "How many entries, from 1 to 10000.") var newest = 50
  @Option(help: "text or json.") var format = OutputFormat.text

  func validate() throws {
    guard (1...10_000).contains(newest) else { throw ValidationError("--newest must lie between 1 and 10000") }
  }

  func run() async throws {
    let configuration = try options.load()
    let entries = try await SQLiteJournal(path: configuration.journal).newest(newest)
    switch format {
    case .json: try Output.json(entries)
    case .text: for entry in entries { print(JournalText.line(entry)) }
    }
  }
}

/// Recomputes the chain of hashes.
struct JournalVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check that no entry was changed, removed or slipped in.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let configuration = try options.load()
    switch try await SQLiteJournal(path: configuration.journal).verify() {
    case .intact(let entries): print("intact: \(entries) entries")
    case .broken(let sequence, let reason):
      throw HostError.failed("journal \(configuration.journal): entry \(sequence): \(reason)")
    }
  }
}
