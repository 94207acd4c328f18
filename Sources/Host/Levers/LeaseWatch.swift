/// Asked before each mutation whether the lease still is ours.
actor LeaseWatch {
  private var lock: LeaseLock?

  func set(_ lock: LeaseLock?) { self.lock = lock }

  /// Nil while the lease is held, else why the mutation is refused.
  func refusal() -> String? {
    guard let lock else { return "the lease is not held by this host" }
    return lock.stands ? nil : "the lease's file was removed or replaced; start this host again"
  }
}
