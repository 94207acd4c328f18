/// What a database knows of its own right to take the application's writes. It is kept in the database itself, so that
/// a controller that has been replaced is refused there.
public struct DatabaseRole: Sendable, Equatable, Codable {
  public enum Standing: String, Sendable, Codable {
    /// No controller has ever acted on it.
    case unclaimed
    case primary
    case fenced
  }

  public var standing: Standing
  /// The highest generation that acted on it; a lower one is refused.
  public var generation: Generation
  /// Whether the application role could write now, by its effective privileges and settings, whatever `standing` says.
  public var takesWrites: Bool
  /// On the database's clock. Past it, the database itself refuses the application's writes; nil where no lease is
  /// armed.
  public var leaseExpiresAt: Timestamp?
  /// The database's clock when it was asked.
  public var clock: Timestamp
  /// Where its log ends.
  public var position: LSN

  public init(
    standing: Standing, generation: Generation, takesWrites: Bool, leaseExpiresAt: Timestamp?, clock: Timestamp,
    position: LSN
  ) {
    self.standing = standing
    self.generation = generation
    self.takesWrites = takesWrites
    self.leaseExpiresAt = leaseExpiresAt
    self.clock = clock
    self.position = position
  }
}

/// One table's privileges of the application role, as they are to be given back on promotion.
public struct TableRight: Sendable, Hashable, Codable, Comparable {
  /// A table, view or sequence: `public.account`, quoted as SQL needs it.
  public var table: String
  /// `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`; of a sequence `USAGE` and `UPDATE`; of some columns `UPDATE ("a", "b")`.
  /// Each may end with ` WITH GRANT OPTION`.
  public var privileges: [String]

  public init(table: String, privileges: [String]) {
    self.table = table
    self.privileges = privileges
  }

  public static func < (left: TableRight, right: TableRight) -> Bool { left.table < right.table }
}
