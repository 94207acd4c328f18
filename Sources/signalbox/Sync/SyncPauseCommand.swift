import ArgumentParser
import Operations

/// Stops a link; its slot keeps what is missed.
struct SyncPauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Stop applying changes; the source keeps them.",
    discussion: """
      The pause holds over restarts of the host, until it is resumed.

      Examples:
        signalbox sync pause --dry-run
        signalbox sync pause --link aws-azure --yes
      """)

  @OptionGroup var options: LinkOptions
  @OptionGroup var lever: LeverOptions

  func run() async throws { try await options.pull(lever) { .pause($0) } }
}

/// Lets a paused link go on.
struct SyncResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let a paused link go on.",
    discussion: """
      Example:
        signalbox sync resume --yes
      """)

  @OptionGroup var options: LinkOptions
  @OptionGroup var lever: LeverOptions

  func run() async throws { try await options.pull(lever) { .resume($0) } }
}

/// Applies everything up to now.
struct SyncNowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "now", abstract: "Wait until the target has all that the source has committed by now.",
    discussion: """
      In snapshot mode it takes a snapshot at once.

      Example:
        signalbox sync now && echo "both sides stand at the same point"
      """)

  @OptionGroup var options: LinkOptions
  @OptionGroup var lever: LeverOptions

  func run() async throws { try await options.pull(lever) { .now($0) } }
}

/// Turns a link round.
struct SyncReverseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reverse", abstract: "Make the target the source: drain, advance sequences, turn round.",
    discussion: """
      The application's right to write at the old source must have been taken away before.

      Examples:
        signalbox sync reverse --dry-run
        signalbox sync reverse --yes
      """)

  @OptionGroup var options: LinkOptions
  @OptionGroup var lever: LeverOptions

  func run() async throws { try await options.pull(lever) { .reverse($0) } }
}
