public import Operations

/// The host that a drill tests: its own, or one that was there.
public protocol DrillHost: Sendable {
  /// - Throws: when it does not serve.
  func client() async throws -> any HostClient

  /// Ends it at once, as a crash does.
  ///
  /// - Throws: when it is not the drill's own.
  func kill() async throws

  /// Starts it, and returns when it serves.
  func start() async throws
}
