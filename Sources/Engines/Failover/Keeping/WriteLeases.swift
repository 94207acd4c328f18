import Operations

/// When the databases' rights to write end, as far as one host can know, and which of them it may prolong. Pure.
///
/// Two rules keep an old primary from writing beside a new one. A lease that stands may be prolonged by whoever holds the
/// controllers' lease: nobody else counts on its end. One that has ended is never revived as it is: somebody may have
/// counted on that end, and stand before a promotion of the other side now. It is revived under a new generation, and
/// only after every other database has been fenced under that generation, where it refuses such a promotion.
struct WriteLeases: Sendable, Equatable {
  /// What may be done for a database's right to write.
  enum Remedy: Sendable, Equatable {
    /// Prolong it under the generation that stands.
    case prolong(Generation)
    /// Fence the others under this generation first.
    case revive(Generation)
  }

  private enum Right: Sendable, Equatable {
    /// Nothing makes it end.
    case unlimited
    /// On this host's clock, at the latest then.
    case ends(Timestamp)
  }

  private let duration: Duration
  private var rights: [CloudID: Right] = [:]
  /// Somebody counts on their end.
  private(set) var halted: Set<CloudID> = []

  init(duration: Duration) { self.duration = duration }

  /// This host has the controllers' lease from now on. Whoever had it before may have prolonged until now what has an end
  /// by its word, and may have lifted the end of everything else.
  mutating func inherit(_ clouds: [CloudID], armed: Set<CloudID>, at now: Timestamp) {
    for cloud in clouds {
      if armed.contains(cloud) { raise(cloud, to: now + duration) } else { lift(cloud) }
    }
  }

  /// Its right may have no end from now on: it is being promoted, or its lease is being given up.
  mutating func lift(_ cloud: CloudID) { rights[cloud] = .unlimited }

  /// A database told of itself.
  ///
  /// - Parameter answeredAt: on this host's clock; what the database's clock tells was so then or before.
  mutating func saw(_ role: DatabaseRole, of cloud: CloudID, answeredAt: Timestamp) {
    guard let expires = role.leaseExpiresAt else {
      rights[cloud] = .unlimited
      return
    }
    raise(cloud, to: answeredAt + (expires - role.clock))
  }

  /// It is about to be asked for a lease that ends `duration` after what its clock said at `answeredAt`. Asked for is
  /// taken, until it is seen otherwise; but a right without an end has none before the database has agreed to one.
  mutating func asks(_ cloud: CloudID, answeredAt: Timestamp) {
    if case .ends = rights[cloud] { raise(cloud, to: answeredAt + duration) }
  }

  mutating func agreed(_ cloud: CloudID, answeredAt: Timestamp) { raise(cloud, to: answeredAt + duration) }

  /// The latest instant at which it can end; nil where nothing is known to make it end. Nothing prolongs it from here on,
  /// until `goOn`.
  mutating func countOnEnd(of cloud: CloudID) -> Timestamp? {
    halted.insert(cloud)
    guard case .ends(let end) = rights[cloud] else { return nil }
    return end
  }

  /// The clouds whose right is known to end by itself.
  var armed: Set<CloudID> {
    Set(rights.compactMap { cloud, right in if case .ends = right { cloud } else { nil } })
  }

  mutating func goOn() { halted = [] }

  /// What may be done for `cloud`; nil where nothing may.
  ///
  /// - Parameters:
  ///   - role: as it has just told.
  ///   - isMoving: whether an operation that moves the right to write is under way.
  ///   - highest: the highest generation that any database or the record set was seen at.
  func remedy(for cloud: CloudID, _ role: DatabaseRole, isMoving: Bool, highest: Generation) -> Remedy? {
    guard !halted.contains(cloud) else { return nil }
    switch role.standing {
    case .fenced: return nil
    case .unclaimed: return role.takesWrites ? .prolong(max(role.generation, Generation(1))) : nil
    case .primary: break
    }
    guard let expires = role.leaseExpiresAt else { return .prolong(role.generation) }
    if expires > role.clock { return .prolong(role.generation) }
    // Of two that stand as primaries the older one is a thing of the past.
    guard !isMoving, role.generation == highest || highest < role.generation else { return nil }
    return .revive(highest.next)
  }

  private mutating func raise(_ cloud: CloudID, to end: Timestamp) {
    if case .ends(let known) = rights[cloud], known > end { return }
    rights[cloud] = .ends(end)
  }
}
