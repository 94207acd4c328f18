import ArgumentParser
import Operations

/// Replication from the command line.
struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "See and steer the replication between the clouds' databases.",
    discussion: """
      Every command that acts prints its plan and what holds it first, and asks before it changes data; --yes goes on
      without asking. Where one link is configured, --link can be left out.

      Exit status: 0 done, 1 failed, also when rows differ, 2 wrong usage, 3 refused by an interlock.
      """,
    subcommands: [
      SyncStatusCommand.self, SyncPauseCommand.self, SyncResumeCommand.self, SyncBaselineCommand.self,
      SyncVerifyCommand.self, SyncRepairCommand.self, SyncConflictsCommand.self, SyncReverseCommand.self,
      SyncNowCommand.self,
    ], defaultSubcommand: SyncStatusCommand.self)
}

/// `--link` and `--config`.
struct LinkOptions: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOptions
  @Option(name: .long, help: ArgumentHelp("The link; left out where there is one.", valueName: "id")) var link: String?

  /// Does `body` with a host, the link and the world as it was when the link had been looked at.
  func with<Value: Sendable>(
    onlyLooking looking: Bool, _ body: (HostAccess, LinkID, Snapshot) async throws -> Value
  ) async throws -> Value {
    let access = try await HostAccess.open(try configuration.load(), onlyLooking: looking)
    do {
      // A host that was just started has to look at both sides, and to begin, before a link can be spoken of. One that
      // has been running knows what it knows.
      let snapshot = try await access.snapshot(within: .seconds(access.own == nil ? 2 : 15)) { snapshot in
        snapshot.replication.allSatisfy { $0.isSettled(onlyLooking: looking) }
          && snapshot.clouds.allSatisfy { $0.database != nil || $0.verdict.value.health == .down }
      }
      let value = try await body(access, try choose(from: snapshot.replication.map(\.id)), snapshot)
      await access.close()
      return value
    } catch {
      await access.close()
      throw error
    }
  }

  private func choose(from links: [LinkID]) throws -> LinkID {
    if let link { return LinkID(link) }
    guard let only = links.first else {
      throw HostError.invalidRequest(
        "no replication link is configured; add one under replication: in the configuration")
    }
    guard links.count == 1 else {
      throw HostError.invalidRequest(
        "there are several links; say which with --link: \(links.map(\.rawValue).joined(separator: ", "))")
    }
    return only
  }
}

extension ReplicationLinkSnapshot {
  /// Whether its host has seen enough of it to speak of it.
  fileprivate func isSettled(onlyLooking looking: Bool) -> Bool {
    switch state {
    case .preparing: looking && !tables.isEmpty
    case .catchingUp: lag != nil
    case .baseline, .streaming, .paused, .blocked, .retrying: true
    }
  }
}

extension LinkOptions {
  /// Pulls a lever of the link, to its end.
  ///
  /// - Parameter judge: looks at what came of an operation that did not fail.
  func pull(
    _ lever: LeverOptions, _ request: (LinkID) -> SyncRequest,
    judge: (HostAccess, LinkID, OperationSnapshot) async throws -> Void = { _, _, _ in }
  ) async throws {
    try await with(onlyLooking: false) { access, link, _ in
      let run = LeverRun(options: lever, access: access) { _ in link.rawValue }
      guard let ended = try await run.pull(.sync(request(link))) else { return }
      if lever.format == .json { try Output.json(ended) }
      try ended.requireDone()
      try await judge(access, link, ended)
    }
  }
}
