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
    guard configuration.automation == .manual else {
      throw root.fail("automation", "only manual is supported by this version")
    }
    guard configuration.controlSocket.utf8.count <= 107 else {
      throw root.fail("control-socket", "is longer than the 107 bytes a Unix socket's path may have")
    }
  }

  private static func firstRepeated(_ items: [String]) -> String? {
    var seen: Set<String> = []
    return items.first { !seen.insert($0).inserted }
  }
}
