/// Where a lease lives that goes away unless it is renewed: one key at a third site.
///
/// A store does what it is told and judges nothing: for how long a lease may be trusted is decided by its holder, by
/// the holder's own clock. Every call ends within a bounded time.
public protocol LeaseStore: Sendable {
  /// `etcd ops1:2379, ops2:2379`.
  var name: String { get }

  /// Takes the lease for `ttl` if nobody holds it.
  ///
  /// - Throws: when it cannot be told. The lease may have been taken all the same, and goes away by itself then.
  func claim(for holder: String, lasting ttl: Duration) async throws -> LeaseClaim

  /// Lets the lease last its whole time once more.
  ///
  /// - Returns: false when `ticket` does not hold it any more.
  /// - Throws: when it cannot be told.
  func renew(_ ticket: LeaseTicket) async throws -> Bool

  /// Whether `ticket` holds the lease. Prolongs nothing.
  ///
  /// - Throws: when it cannot be told.
  func check(_ ticket: LeaseTicket) async throws -> Bool

  /// What was left for whoever holds the lease next; nil where there is nothing.
  ///
  /// - Throws: when it cannot be told.
  func word() async throws -> String?

  /// Leaves a word that outlives the lease, if `ticket` holds it; nil takes back what stands.
  ///
  /// - Throws: when `ticket` does not hold the lease, and when it cannot be told.
  func leave(_ word: String?, _ ticket: LeaseTicket) async throws

  /// Gives the lease back, if `ticket` still holds it.
  ///
  /// - Parameter cleanly: false where something may still be under way; the next holder then finds that the last one
  ///   vanished.
  func release(_ ticket: LeaseTicket, cleanly: Bool) async throws

  /// Who holds the lease; nil when nobody does.
  ///
  /// - Throws: when it cannot be told.
  func holder() async throws -> String?
}

/// What came of asking for a lease.
public enum LeaseClaim: Sendable, Equatable {
  case held(by: String)
  /// - Parameter vanished: who held it before and never gave it back; nil where the last holder did, and where there was
  ///   none.
  case taken(LeaseTicket, vanished: String?)
}

/// One holding of a lease, as its store knows it.
public struct LeaseTicket: Sendable, Hashable {
  /// The store's own number for it.
  public var id: Int64
  /// Higher than that of every holding before.
  public var fence: Generation

  public init(id: Int64, fence: Generation) {
    self.id = id
    self.fence = fence
  }
}
