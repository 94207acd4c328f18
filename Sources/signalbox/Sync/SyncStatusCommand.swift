import ArgumentParser
import Operations

/// How the links stand.
struct SyncStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Print each link's state, lag, tables and alarms.",
    discussion: """
      Examples:
        signalbox sync status
        signalbox sync status --format json | jq '.links[] | {id, state, lagSeconds}'
      """)

  @OptionGroup var options: LinkOptions
  @Option(help: "text or json.") var format = OutputFormat.text

  struct Report: Encodable {
    var generatedAt: Timestamp
    var links: [LinkReport]
  }

  func run() async throws {
    var options = options
    let wanted = options.link
    // Without --link, all of them.
    options.link = options.link ?? ""
    try await options.with(onlyLooking: true) { _, _, snapshot in
      let links = snapshot.replication.filter { wanted == nil || $0.id.rawValue == wanted }
      guard wanted == nil || !links.isEmpty else {
        let names = snapshot.replication.map(\.id.rawValue).joined(separator: ", ")
        throw HostError.invalidRequest("there is no link \(wanted ?? ""); there are: \(names.isEmpty ? "none" : names)")
      }
      let now = snapshot.generatedAt
      switch format {
      case .json: try Output.json(Report(generatedAt: now, links: links.map { LinkReport($0, at: now) }))
      case .text:
        print(
          links.isEmpty
            ? "no replication link is configured" : links.map { SyncText.write($0, at: now) }.joined(separator: "\n\n"))
      }
    }
  }
}
