extension Clock where Duration == Swift.Duration {
  /// Tells how much time has passed on this clock since the call.
  public func stopwatch() -> @Sendable () -> Swift.Duration {
    let start = now
    return { start.duration(to: now) }
  }
}
