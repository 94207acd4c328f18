import ArgumentParser
import Operations

/// Tables of a link, as arguments.
struct TableArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("Tables, like public.account; all when none is named.", valueName: "table"))
  var tables: [String] = []

  func validate() throws {
    if let table = tables.first(where: { !$0.contains(".") }) {
      throw ValidationError("\(table): name its schema too, like public.\(table)")
    }
  }
}

/// Copies tables anew.
struct SyncBaselineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Empty tables at the target and copy them anew.",
    discussion: """
      Examples:
        signalbox sync baseline public.account --dry-run
        signalbox sync baseline --yes
      """)

  @OptionGroup var tables: TableArguments
  @OptionGroup var options: LinkOptions
  @OptionGroup var lever: LeverOptions

  func run() async throws {
    let tables = tables.tables
    try await options.pull(lever) { .baseline($0, tables: tables) }
  }
}

/// Makes differing rows equal.
struct SyncRepairCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair", abstract: "Make the target's differing rows equal to the source's.",
    discussion: """
      It writes the rows that the last comparison found, each looked at again before it is written, and compares anew.

      Examples:
        signalbox sync verify ; signalbox sync repair --dry-run
        signalbox sync repair public.account --yes
      """)

  @OptionGroup var tables: TableArguments
  @OptionGroup var options: LinkOptions
  @OptionGroup var lever: LeverOptions

  func run() async throws {
    let tables = tables.tables
    try await options.pull(lever) {
      .repair($0, tables: tables)
    } judge: { access, link, ended in
      let snapshot = try await access.snapshot { $0.link(link)?.comparisons(since: ended.startedAt).isEmpty == false }
      let compared = snapshot.link(link)?.comparisons(since: ended.startedAt) ?? []
      // The link was made anew meanwhile, or the host.
      guard !compared.isEmpty else {
        throw HostError.failed(
          "the repair has ended, and what was compared after it is not known any more: compare again")
      }
      let unlike = compared.filter { !$0.summary.isEqual }
      guard !unlike.isEmpty else { return }
      for table in unlike where lever.format == .text {
        print("  \(EventText.clean(table.name)): \(SyncText.verify(table.summary))")
      }
      throw ExitCode(ExitStatus.failed)
    }
  }
}

extension ReplicationLinkSnapshot {
  /// What comparisons have found that were made after a moment.
  func comparisons(since moment: Timestamp) -> [(name: String, summary: VerifySummary)] {
    tables.compactMap { table in table.lastVerify.flatMap { $0.at > moment ? (table.name, $0) : nil } }
  }
}
