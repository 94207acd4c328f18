/// Joins the runner, which is made before its host, to the host.
actor ChangeRelay {
  private var action: (@Sendable () async -> Void)?

  func onFire(_ action: @escaping @Sendable () async -> Void) { self.action = action }

  func fire() async { await action?() }
}
