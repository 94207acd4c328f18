import ArgumentParser
import Operations

/// Keeps the automation from acting.
struct PauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Keep the automation from acting; observing goes on.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws { try await Automate.say(.pause, options, done: "paused: nothing is done without a person") }
}

/// Lets it act again.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let the automation act again.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws { try await Automate.say(.resume, options, done: "resumed") }
}

/// Says that what was done by itself has been seen.
struct AcknowledgeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acknowledge",
    abstract: "Say that the last automatic action has been seen, so that another may follow.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws { try await Automate.say(.acknowledge, options, done: "acknowledged") }
}

/// How the commands above reach the host.
private enum Automate {
  static func say(_ change: AutomationChange, _ options: ConfigurationOptions, done: String) async throws {
    let access = try await HostAccess.open(try options.load())
    do {
      _ = try await access.snapshot { $0.failover != nil }
      try await access.client.change(change, actor: Operator.name)
      print(done)
      await access.close()
    } catch {
      await access.close()
      throw error
    }
  }
}

/// Why it is not failing over, and why it did.
struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Print why it is not failing over, condition by condition, and why it last did.",
    discussion: """
      Examples:
        signalbox why
        signalbox why --format json | jq '.ledger[] | select(.isMet | not)'
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(help: "text or json.") var format = OutputFormat.text

  func run() async throws {
    let access = try await HostAccess.open(try options.load(), onlyLooking: true)
    do {
      let snapshot = try await access.snapshot { $0.knowsRoles && $0.failover != nil }
      guard let failover = snapshot.failover else {
        throw HostError.invalidRequest("no failover is configured; add failover: to the configuration")
      }
      switch format {
      case .json: try Output.json(failover)
      case .text: print(WhyText.write(failover, at: snapshot.generatedAt))
      }
      await access.close()
    } catch {
      await access.close()
      throw error
    }
  }
}
