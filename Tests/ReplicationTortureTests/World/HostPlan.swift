import FoundationEssentials
import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport

@testable import PostgresReplication

/// The link of a run, as another process can be told of it.
struct HostPlan: Codable, Sendable {
  /// Where a database is.
  struct Place: Codable, Sendable {
    var address: String
    var port: Int
    var database: String

    var settings: PostgresSettings {
      PostgresSettings(
        hosts: [.init(address, port: port)], database: database, user: "app",
        password: Secret(TemporaryCluster.password), security: .none)
    }
  }

  var seed: UInt64
  var source: Place
  var target: Place
  var goesBothWays: Bool
  /// The second of a pair that goes both ways.
  var isWayBack: Bool
  /// Whether both sides are equal when the link is made.
  var adopts: Bool
  var traps = 0
  /// Whether it takes snapshots, one after the other.
  var takesSnapshots = false

  static let variable = "SIGNALBOX_TORTURE_HOST"

  /// What this process was started for; nil in a test's own.
  static let given: HostPlan? = getenv(variable).flatMap {
    try? JSONDecoder().decode(HostPlan.self, from: Data(String(cString: $0).utf8))
  }

  var text: String { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "" }

  var settings: LinkSettings {
    // A slot's name is made of the nodes', and slots are the server's, not the database's.
    let nodes = [CloudID("one\(seed)"), CloudID("two\(seed)")]
    var settings = LinkSettings(
      id: LinkID("link\(seed)"), mode: goesBothWays ? .streamBoth : takesSnapshots ? .snapshot : .stream,
      sourceNode: nodes[isWayBack ? 1 : 0], targetNode: nodes[isWayBack ? 0 : 1], source: source.settings,
      target: target.settings, keyless: .full)
    settings.adopts = adopts
    settings.snapshotInterval = .milliseconds(100)
    settings.traps = ApplyTraps(rawValue: traps)
    // Every other run asks for all that has piled up as rows, in portions that cut its traffic into many pieces.
    if seed % 4 > 1, traps == 0 { settings.backlog = BacklogLimits(least: 4096, messages: 50, portion: 512 * 1024) }
    // And half of them forget what is past as soon as they may.
    if seed % 8 < 4, traps == 0 { settings.pruning = Pruning.Pace(interval: .milliseconds(200), margin: .zero) }
    return settings
  }

  static func driver(_ settings: LinkSettings, tell: @escaping @Sendable (HostNews) -> Void) -> LinkDriver {
    LinkDriver(
      name: settings.directionName, tell: tell,
      obey: { port in
        let tables = try await port.inspect().tables.filter { $0.state != .refused }.map(\.name)
        let source = try await PostgresConnection.connect(settings.source, timeout: .seconds(5))
        do {
          try await source.query(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1",
            [PostgresValue(settings.slotName)], timeout: .seconds(5))
          await source.close()
        } catch {
          await source.close()
          throw error
        }
        try await port.discard(tables: tables)
      }
    ) {
      guard settings.mode == .snapshot else { return PostgresLink(settings: settings) }
      return SnapshotLink(settings: settings)
    }
  }

  /// Mistakes are planted in this process; else every other run has its links in processes that can be killed.
  func host(timeline: Timeline) -> any LinkHost {
    let (name, settings) = (settings.directionName, settings)
    if seed % 2 == 0, traps == 0 { return HostProcess(self, name: name, timeline: timeline) }
    return Self.driver(settings) { timeline.took($0, from: name) }
  }
}
