import Host
import Operations

/// A way to the host of a configuration: attached to one that runs, or started here.
struct HostAccess: Sendable {
  let client: any HostClient
  /// Set when it was started in this process; whoever opened it ends it.
  let own: OwnHost?

  /// - Parameter looking: where no host runs, observe without taking the lease.
  static func open(_ configuration: Configuration, onlyLooking looking: Bool = false) async throws -> HostAccess {
    if await RemoteHostClient.isServed(configuration.controlSocket) {
      return HostAccess(client: try RemoteHostClient(path: configuration.controlSocket), own: nil)
    }
    let own = try await OwnHost.start(configuration, onlyLooking: looking)
    if !looking, await !own.host.holdsLease, await isServedSoon(configuration.controlSocket) {
      await own.stop()
      return HostAccess(client: try RemoteHostClient(path: configuration.controlSocket), own: nil)
    }
    return HostAccess(client: LocalHostClient(own.host), own: own)
  }

  /// A host that has taken the lease and was only just started is about to serve.
  private static func isServedSoon(_ socket: String) async -> Bool {
    for _ in 0..<30 {
      if await RemoteHostClient.isServed(socket) { return true }
      try? await Task.sleep(for: .milliseconds(100))
    }
    return false
  }

  func close() async { await own?.stop() }

  /// How long anybody waits for a host that was just started to see the world.
  static let patience: Duration = .seconds(6)

  /// The first snapshot that `isReady` finds complete, or the newest when `patience` has run out.
  func snapshot(
    within patience: Duration = Self.patience, until isReady: @escaping @Sendable (Snapshot) -> Bool
  ) async throws -> Snapshot {
    let client = client
    return try await withThrowingTaskGroup(of: Snapshot?.self) { group in
      let newest = NewestSnapshot()
      group.addTask {
        for await update in client.updates() {
          switch update {
          case .snapshot(let snapshot):
            await newest.set(snapshot)
            if isReady(snapshot) { return snapshot }
          case .connection(.lost(let reason, _)): throw HostError.unreachable(reason)
          case .connection: continue
          }
        }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: patience)
        return nil
      }
      defer { group.cancelAll() }
      if let ready = try await group.next(), let ready { return ready }
      guard let newest = await newest.get() else { throw HostError.failed("the host published nothing in time") }
      return newest
    }
  }
}

/// The newest snapshot seen so far.
private actor NewestSnapshot {
  private var snapshot: Snapshot?

  func set(_ snapshot: Snapshot) { self.snapshot = snapshot }

  func get() -> Snapshot? { snapshot }
}

extension Snapshot {
  /// Whether a host has seen enough of the world to speak of it.
  var isSettled: Bool { isComplete || hasBeenLookedAt }

  /// A host that was just started sees one thing after the other.
  private var isComplete: Bool {
    clouds.allSatisfy { cloud in
      if cloud.verdict.value.health == .down { return true }
      let counts = cloud.targetGroup?.value.requestsTotal != nil
      return cloud.verdict.value.health != .unknown && cloud.targetGroup != nil
        && (cloud.requestsPerSecond != nil || !counts)
    } && recordSet.configured != nil && recordSet.authoritative != nil
  }

  /// For as long as anybody would wait for more, a sample a second: not every configuration names a load balancer, and
  /// what is dead is not seen either.
  private var hasBeenLookedAt: Bool {
    clouds.allSatisfy { .seconds($0.history.latencyMilliseconds.count) >= HostAccess.patience }
  }
}
