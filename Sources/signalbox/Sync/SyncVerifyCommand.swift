import ArgumentParser
import Operations

/// Proves both sides equal, or shows where they are not.
struct SyncVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compare the rows of both sides while writes go on.",
    discussion: """
      Changes no row. Exits with 1 when rows differ; changes that were merely under way do not count. A row that is
      written at every look is kept from it for a moment, one after the other and 3 s at most, where the role may lock
      it; the others count as not compared. Tables that the link leaves out are not compared, and are named.

      Examples:
        signalbox sync verify
        signalbox sync verify public.account --limit 5
        signalbox sync verify --format json | jq '.differences'
      """)

  @OptionGroup var tables: TableArguments
  @OptionGroup var options: LinkOptions
  @OptionGroup var lever: LeverOptions
  @Option(help: "Differing rows to print at most, 1 to 10000.") var limit = 20

  struct Report: Encodable {
    var operation: OperationSnapshot
    var tables: [VerifiedTable]
    var differences: [TableDifference]
    /// What the link does not take in, and nobody has compared.
    var leftOut: [LeftOut]
  }

  struct LeftOut: Encodable {
    var name: String
    @Nullable var reason: String?
  }

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit: \(limit) is not between 1 and 10000") }
  }

  func run() async throws {
    let names = tables.tables
    try await options.with(onlyLooking: false) { access, link, _ in
      let run = LeverRun(options: lever, access: access) { _ in link.rawValue }
      guard let ended = try await run.pull(.sync(.verify(link, tables: names))) else { return }
      guard ended.state == .done else {
        if lever.format == .json { try Output.json(ended) }
        throw HostError.failed(ended.failure ?? "the comparison was ended by a newer operation")
      }
      try await report(ended, access, link, names)
    }
  }

  private func report(
    _ ended: OperationSnapshot, _ access: HostAccess, _ link: LinkID, _ names: [String]
  ) async throws {
    let snapshot = try await access.snapshot { $0.link(link)?.verified(names, since: ended.startedAt) != nil }
    guard let tables = snapshot.link(link)?.verified(names, since: ended.startedAt) else {
      // The link was made anew meanwhile, or the host: what was found before proves nothing.
      if lever.format == .json { try Output.json(ended) }
      throw HostError.failed("the comparison has ended, and what was found is not known any more: compare again")
    }
    let leftOut = names.isEmpty ? (snapshot.link(link)?.tables ?? []).filter { $0.state == .refused } : []
    let all = try await access.client.differences(
      of: link, limit: names.isEmpty ? limit : 10_000)
    let differences = all.filter { names.isEmpty || names.contains($0.table) }.prefix(limit)
    switch lever.format {
    case .json:
      try Output.json(
        Report(
          operation: ended, tables: tables, differences: Array(differences),
          leftOut: leftOut.map { LeftOut(name: $0.name, reason: $0.reason) }))
    case .text:
      for table in tables { print("  \(EventText.clean(table.name)): \(SyncText.verify(table.summary))") }
      for table in leftOut {
        print("  \(EventText.clean(table.name)): left out, not compared: \(EventText.clean(table.reason ?? ""))")
      }
      for row in differences { print("    \(row.kind.rawValue)  \(EventText.clean("\(row.table) \(row.key)"))") }
    }
    guard tables.allSatisfy(\.summary.isEqual) else { throw ExitCode(ExitStatus.failed) }
  }
}
