import Operations

/// Asked before each mutation whether the lease still is ours.
actor LeaseWatch {
  private var lease: (any HeldLease)?
  /// How often the lease has come or gone.
  private var turn = 0

  func set(_ lease: (any HeldLease)?) {
    self.lease = lease
    turn += 1
  }

  /// Nil while the lease is held, else why the mutation is refused.
  func refusal() async -> String? {
    let asked = turn
    guard let lease else { return Self.notHeld }
    if let reason = await lease.recheck() { return reason }
    // It may have gone while its keeper was asked.
    return turn == asked ? nil : Self.notHeld
  }

  /// See ``HeldLease/leave(_:)``.
  func leave(_ word: String?) async throws {
    guard let lease else { throw HostError.failed(Self.notHeld) }
    try await lease.leave(word)
  }

  private static let notHeld = "the lease is not held by this host"
}
