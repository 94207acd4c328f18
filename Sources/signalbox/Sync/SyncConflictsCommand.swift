import ArgumentParser
import Operations

/// What was discarded, and putting it back.
struct SyncConflictsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conflicts", abstract: "Print discarded versions, newest first, or put one back.",
    discussion: """
      Examples:
        signalbox sync conflicts --limit 5
        signalbox sync conflicts --format json | jq '.[] | {id, table, key, kind}'
        signalbox sync conflicts --reapply 42 --yes
      """)

  @OptionGroup var options: LinkOptions
  @Option(help: "Conflicts to print at most, 1 to 10000.") var limit = 20
  @Option(help: ArgumentHelp("Make the discarded version of this conflict the newest.", valueName: "id"))
  var reapply: Int64?
  @OptionGroup var lever: LeverOptions

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit: \(limit) is not between 1 and 10000") }
    guard reapply != nil || (!lever.dryRun && !lever.yes && lever.override.isEmpty) else {
      throw ValidationError("--dry-run, --yes and --override belong to --reapply ID")
    }
  }

  func run() async throws {
    if let reapply { return try await putBack(reapply) }
    try await options.with(onlyLooking: true) { access, link, _ in
      let conflicts = try await access.client.conflicts(of: link, newest: limit)
      switch lever.format {
      case .json: try Output.json(conflicts)
      case .text:
        print(conflicts.isEmpty ? "no conflict" : conflicts.map(SyncText.conflict).joined(separator: "\n"))
      }
    }
  }

  /// The plan says of which row, where the conflict is among those that are listed.
  private func putBack(_ id: Int64) async throws {
    try await options.with(onlyLooking: false) { access, link, _ in
      let conflict = try? await access.client.conflicts(of: link, newest: 10_000).first { $0.id == id }
      let run = LeverRun(options: lever, access: access) { _ in link.rawValue }
      let request = SyncRequest.reapply(link, conflict: id, of: conflict.map(DiscardedRow.init))
      guard let ended = try await run.pull(.sync(request)) else { return }
      if lever.format == .json { try Output.json(ended) }
      try ended.requireDone()
    }
  }
}
