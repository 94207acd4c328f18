import Operations
import PostgresAdapter
@testable import PostgresReplication

/// The links of a run.
enum TestLink {
  static func settings(
    seed: UInt64, from source: Side, to target: Side, mode: ReplicationMode, traps: ApplyTraps, reversed: Bool = false
  ) -> LinkSettings {
    // A slot's name is made of the nodes', and slots are the server's, not the database's.
    let nodes = [CloudID("one\(seed)"), CloudID("two\(seed)")]
    var settings = LinkSettings(
      id: LinkID("link\(seed)"), mode: mode, sourceNode: nodes[reversed ? 1 : 0], targetNode: nodes[reversed ? 0 : 1],
      source: source.proxied, target: target.proxied, keyless: .full)
    settings.traps = traps
    // Every other run asks for all that has piled up as rows, in portions that cut its traffic into many pieces.
    if seed % 2 == 1, traps.isEmpty { settings.backlog = BacklogLimits(least: 4096, messages: 50, portion: 512 * 1024) }
    return settings
  }

  static func driver(
    _ settings: LinkSettings, peer: (any ReplicationLinkPort)? = nil, timeline: Timeline
  ) -> LinkDriver {
    LinkDriver(name: settings.directionName, timeline: timeline) {
      peer ?? PostgresLink(settings: settings)
    }
  }
}
