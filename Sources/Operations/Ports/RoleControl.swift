/// The right of one cloud's database to take the application's writes.
///
/// Every change names a generation; the database itself refuses one that is older than what acted on it last, so a
/// controller that was replaced can change nothing, whatever it believes. Every call may be repeated.
public protocol RoleControl: Sendable {
  /// `PostgreSQL at 127.77.1.20`.
  var name: String { get }

  /// Makes the bookkeeping that the other calls need. Changes nothing of the application's rights.
  ///
  /// - Throws: ``RoleError``; `.refused` with the exact GRANT that mends it.
  func prepare() async throws

  func read() async throws -> DatabaseRole

  /// Takes the application role's right to write away, ends its sessions, and tries a write as that role.
  ///
  /// - Returns: the refused write, for a person: `INSERT into public.task refused: permission denied (42501)`.
  /// - Throws: ``RoleError/notProven(_:)`` when a write was accepted all the same.
  func fence(generation: Generation) async throws -> String

  /// Gives the application role its rights back, as ``remember(_:)`` or the last fence recorded them.
  func promote(generation: Generation) async throws -> String

  /// Writes a row as the application would be allowed to, and reads it back.
  func verifyWritable(generation: Generation) async throws -> String

  /// Arms or renews the lease: the application's writes end by the database's own clock at `end`, unless renewed.
  ///
  /// The end is one of the database's clock, as ``read()`` told it before: so a renewal that is held up on its way, in a
  /// server that froze or in a controller that was stopped, gives nothing beyond what was meant when it was asked for.
  /// A lease is never shortened.
  ///
  /// - Returns: when it ends, on the database's clock.
  /// - Throws: ``RoleError/refused(_:)`` when that instant has passed already; nothing was changed then.
  func renewLease(generation: Generation, until end: Timestamp) async throws -> Timestamp

  /// Disarms the lease: the right to write no longer ends by itself.
  func releaseLease(generation: Generation) async throws

  /// What the application role may do to each table now.
  func rights() async throws -> [TableRight]

  /// Keeps `rights` for a promotion, so that a secondary knows what the primary's application role may do while the
  /// primary can still be asked.
  func remember(_ rights: [TableRight]) async throws
}

extension RoleControl {
  /// Asks for the database's clock, and lets the lease end so long after.
  public func renewLease(generation: Generation, for duration: Duration) async throws -> Timestamp {
    guard duration > .zero else { throw RoleError.refused("a lease of \(duration) is none") }
    return try await renewLease(generation: generation, until: try await read().clock + duration)
  }
}

/// Why a role was not changed.
public enum RoleError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A newer controller has acted: the database stands at that generation.
  case superseded(standing: Generation)
  /// It was done, and the proof failed.
  case notProven(String)
  /// The database refused, for want of a privilege or because of its state; the message names the remedy.
  case refused(String)
  /// Not reached, or no answer in time; nothing may be assumed about a write.
  case unreachable(String)

  public var description: String {
    switch self {
    case .superseded(let standing):
      "a newer controller has acted on this database: generation \(standing) stands; ask for a new plan"
    case .notProven(let reason), .refused(let reason), .unreachable(let reason): reason
    }
  }
}
