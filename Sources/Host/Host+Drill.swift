public import Operations

extension Host {
  /// How a drill goes on, as the drill itself tells it about once a second; nil: it is over.
  ///
  /// - Throws: ``HostError/invalidRequest(_:)`` for one that is longer than a drill can be.
  public func tell(of drill: DrillSnapshot?) async throws {
    if let drill, !drill.isOfSensibleSize { throw HostError.invalidRequest("a drill does not have so much to say") }
    await world.took(drill, at: parts.wallClock.now())
    await publish()
  }
}

extension DrillSnapshot {
  /// Whatever is told is shown to everybody who looks at the host, again and again.
  fileprivate var isOfSensibleSize: Bool {
    let samples = [history.requests, history.failures] + history.shares.map(\.samples)
    return samples.allSatisfy { $0.count <= Self.historyLength } && history.shares.count <= 16 && shares.count <= 16
      && instants.count <= 16 && name.utf8.count <= 100 && phase.utf8.count <= 500
      && instants.allSatisfy { $0.title.utf8.count <= 100 && ($0.remark?.utf8.count ?? 0) <= 500 }
  }
}
