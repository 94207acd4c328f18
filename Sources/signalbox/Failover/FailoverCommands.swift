import ArgumentParser
import Operations

/// Unplanned: the secondary takes over, as far as the old primary can be reached.
struct FailoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failover", abstract: "Make another cloud primary although the present one is lost.",
    discussion: """
      Fences the old primary as far as it can be reached, measures what would be lost, promotes, verifies by a write
      and moves the traffic. What was not replicated is lost; the plan says how much at most.

      Examples:
        signalbox failover azure --dry-run
        signalbox failover azure --yes
        signalbox failover azure --yes --override old-primary-not-fenced
      """)

  @Argument(help: "The cloud that takes over.") var cloud: String
  @OptionGroup var arguments: FailoverArguments

  func run() async throws { try await arguments.pull(.failover(to: CloudID(cloud)), confirmedBy: cloud) }
}

/// Planned: nothing is lost.
struct SwitchoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switchover", abstract: "Make another cloud primary, losing nothing.",
    discussion: """
      Fences the primary, waits until the other has everything, turns replication round, promotes, verifies by a
      write; the clouds' weights change places.

      Examples:
        signalbox switchover azure --dry-run --format json
        signalbox switchover azure --yes
      """)

  @Argument(help: "The cloud that takes over.") var cloud: String
  @OptionGroup var arguments: FailoverArguments

  func run() async throws { try await arguments.pull(.switchover(to: CloudID(cloud)), confirmedBy: cloud) }
}

/// A switchover back to where it was.
struct FailbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failback", abstract: "Go back to the cloud that was primary before.",
    discussion: """
      A switchover that is held while rows differ. It is never made without a person.

      Examples:
        signalbox failback aws --dry-run
      """)

  @Argument(help: "The cloud that becomes primary again.") var cloud: String
  @OptionGroup var arguments: FailoverArguments

  func run() async throws { try await arguments.pull(.failback(to: CloudID(cloud)), confirmedBy: cloud) }
}

/// All traffic away from a cloud.
struct EvacuateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evacuate", abstract: "Move all traffic away from a cloud.",
    discussion: """
      Its database keeps its role. It is done when the TTL has passed and less than residual-share of the requests still
      come to the cloud, and fails when they do not go down.

      Examples:
        signalbox evacuate aws --dry-run
      """)

  @Argument(help: "The cloud to empty.") var cloud: String
  @OptionGroup var arguments: FailoverArguments

  func run() async throws { try await arguments.pull(.evacuate(CloudID(cloud)), confirmedBy: cloud) }
}

/// An old primary becomes a secondary.
struct RejoinCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rejoin", abstract: "Take an old primary in again as a secondary.",
    discussion: """
      It is fenced before anything else. Rows that only it has are exported beside the journal; then --method rebuild
      discards them, and merge writes them to the new primary, whose version of a row stays where both have one.

      Examples:
        signalbox rejoin aws --method merge --dry-run
      """)

  @Argument(help: "The old primary.") var cloud: String
  @Option(help: "What becomes of rows that only the old primary has: rebuild or merge.") var method = Method.rebuild
  @OptionGroup var arguments: FailoverArguments

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case rebuild, merge
  }

  func run() async throws {
    try await arguments.pull(
      .rejoin(CloudID(cloud), method == .merge ? .merge : .rebuild), confirmedBy: cloud)
  }
}
