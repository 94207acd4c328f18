import FailoverEngine
import Operations

/// What no single key can tell: that the parts of a configuration fit each other.
enum ConfigurationCheck {
  static func check(_ configuration: Configuration, in root: ConfigurationSection) throws {
    guard configuration.clouds.count >= 2 else { throw root.fail("clouds", "names fewer than two clouds") }
    if let twice = firstRepeated(configuration.clouds.map(\.id.rawValue)) {
      throw root.fail("clouds", "the id \(twice) stands twice")
    }
    if let twice = firstRepeated(configuration.clouds.map(\.address)) {
      throw root.fail("clouds", "the address \(twice) stands twice; answers could not be told apart")
    }
    if let twice = firstRepeated(configuration.vantages.map(\.id.rawValue)) {
      throw root.fail("vantages", "the id \(twice) stands twice")
    }
    let probing = configuration.probing
    guard probing.timeout <= probing.interval else {
      throw root.fail("probing", "timeout is longer than interval; probes of one vantage would overlap")
    }
    let networks = Set(configuration.vantages.map(\.network)).count
    guard probing.quorumVantages <= configuration.vantages.count, probing.quorumNetworks <= networks else {
      throw root.fail(
        "probing",
        "quorum asks for \(probing.quorumVantages) vantages on \(probing.quorumNetworks) networks; "
          + "there are \(configuration.vantages.count) on \(networks)")
    }
    guard configuration.automation != .paused else {
      throw root.fail("automation", "paused is said to a running host: signalbox pause")
    }
    if let failover = configuration.failover {
      guard !configuration.replication.contains(where: { $0.mode == .streamBoth }) else {
        throw root.fail("failover", "both databases of a stream-both link take writes; there is no role to move")
      }
      if let contradiction = failover.policy.contradictions(in: configuration.surroundings).first {
        throw root.fail("failover", "\(contradiction.key): \(contradiction)")
      }
    }
    try checkReplication(configuration, in: root)
    guard configuration.controlSocket.utf8.count <= 107 else {
      throw root.fail("control-socket", "is longer than the 107 bytes a Unix socket's path may have")
    }
  }

  private static func checkReplication(_ configuration: Configuration, in root: ConfigurationSection) throws {
    let links = configuration.replication
    if let twice = firstRepeated(links.map(\.id.rawValue)) {
      throw root.fail("replication", "the id \(twice) stands twice")
    }
    let clouds = configuration.clouds.map(\.id.rawValue)
    for (index, link) in links.enumerated() {
      let place = "replication[\(index)]"
      for (key, cloud) in [("source", link.source), ("target", link.target)] {
        guard let known = configuration.clouds.first(where: { $0.id == cloud }) else {
          let hint = NearestMatch.of(cloud.rawValue, among: clouds).map { "did you mean \($0)?" }
          throw root.fail(
            place, "\(key) \(cloud) is no cloud; \(hint ?? "there are: \(clouds.joined(separator: ", "))")")
        }
        guard known.database != nil else {
          throw root.fail(place, "\(key) \(cloud) has no database; add database: to the cloud")
        }
      }
      guard link.source != link.target else { throw root.fail(place, "source and target are the same cloud") }
      let rivals = links.prefix(index).filter { Set([$0.source, $0.target]) == Set([link.source, link.target]) }
      if let rival = rivals.first {
        throw root.fail(
          place, "\(link.id) joins the same clouds as \(rival.id); one link with mode stream-both goes both ways")
      }
    }
  }

  private static func firstRepeated(_ items: [String]) -> String? {
    var seen: Set<String> = []
    return items.first { !seen.insert($0).inserted }
  }
}
