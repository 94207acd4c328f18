import Operations

/// A database whose right to write is moved, as the contract's tests need it: with an application, and with somebody who
/// changes things by hand.
protocol RoleWorld: Sendable {
  /// A controller of its own.
  func controller(_ actor: String) throws -> any RoleControl

  /// Whether a write as the application is accepted, through a new session.
  func applicationWrites() async throws -> Bool

  /// Lets that much of the database's time pass.
  func pass(_ duration: Duration) async throws

  /// The application's right to write, taken by hand: nothing is remembered of it.
  func takeRightsByHand() async throws
}
