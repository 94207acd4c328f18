import ArgumentParser
import Operations
import PostgresAdapter
import PostgresReplication

/// Keeps a link going in this process, as a host does.
struct OwnLink: ParsableCommand {
  enum End: String, ExpressibleByArgument {
    /// Until the target has a copy.
    case copied
    case forever
  }

  static let configuration = CommandConfiguration(commandName: "own-link", shouldDisplay: false)

  @Option var source: String
  @Option var target: String
  @Option var until: End

  func run() throws {
    let (settings, end) = (settings, until)
    try blocking {
      let link = PostgresLink(settings: settings)
      while true {
        let inspection = try await link.prepare()
        if let obstacle = inspection.obstacles.first { throw BenchError(obstacle) }
        if inspection.needsBaseline {
          try await link.copyBaseline { _ in }
          if end == .copied { return }
        } else if end == .copied {
          return
        } else {
          try await link.stream { _ in }
        }
      }
    }
  }

  private var settings: LinkSettings {
    let side = { (address: String) in
      PostgresSettings(
        hosts: [.init(address, port: BenchCluster.port)], database: BenchCluster.database, user: BenchCluster.user,
        password: nil, security: .none)
    }
    return LinkSettings(
      id: LinkID("bench"), mode: .stream, sourceNode: CloudID("source"), targetNode: CloudID("target"),
      source: side(source), target: side(target))
  }
}
