public import Operations
public import PostgresAdapter
import Synchronization

/// The right to write of one PostgreSQL database, moved without a superuser.
///
/// The role that logs in is a member of the application's role and of the owners of its tables; that is enough, on RDS
/// and on Azure as anywhere. A fence takes away the application's privileges on tables, views and sequences, and makes
/// its sessions read-only from the start, which steers libpq clients to another server; it ends the sessions there are
/// and tries writes as the application. A promotion gives back what was remembered, no more and no less.
///
/// Everything is kept in the database (``RoleBook``), each change is one transaction that begins with a lock on the
/// role's row, and each may be repeated after whatever happened to the one before.
///
/// Functions with SECURITY DEFINER write by their owner's rights: a fence stops them by the read-only sessions alone,
/// unless a lease's triggers are there, which stop them too. Transactions that were prepared for a two-phase commit are
/// found and named; they are not ended.
public struct PostgresRole: RoleControl {
  public let name: String
  let applicationRole: String
  let actor: String
  let limits: RoleLimits
  /// One session for changes, and one for looks meanwhile.
  private let pool: PostgresPool
  private let isBookMade = BookMark()
  /// For tests of this package alone: called between two steps of a change.
  var pause: (@Sendable (RoleStage) async throws -> Void)?

  /// Whether the bookkeeping was made, as far as this process knows.
  private final class BookMark: Sendable {
    let isSet = Mutex(false)
  }

  /// - Parameters:
  ///   - settings: the operator role's way in.
  ///   - applicationRole: the role whose right to write makes this database the primary.
  ///   - actor: names the controller; the same after it has started again. Of two controllers that act under one
  ///     generation only the first is heard.
  /// - Throws: `PostgresError` of kind `invalid`.
  public init(
    settings: PostgresSettings, applicationRole: String, actor: String, limits: RoleLimits = RoleLimits()
  ) throws {
    var settings = settings
    settings.applicationName = "signalbox role"
    settings.statementTimeout = limits.statement
    // What is answered is on disk, whatever the database's other sessions do; and whoever holds the row's lock and is
    // cut off must not keep it.
    settings.sessionSettings = [
      "search_path": "pg_catalog", "jit": "off", "client_min_messages": "warning", "lock_timeout": "2s",
      "synchronous_commit": "on",
      "idle_in_transaction_session_timeout": "\(max(1, Int(limits.statement.inMilliseconds * 2)))",
    ]
    pool = try PostgresPool(
      settings, limits: PostgresPoolLimits(connections: 2, waiting: 100, connectTimeout: limits.statement))
    name = "PostgreSQL at " + settings.hosts.map(\.description).joined(separator: ", ")
    self.applicationRole = applicationRole
    self.actor = actor
    self.limits = limits
  }

  /// Ends the sessions.
  public func close() async { await pool.close() }

  public func prepare() async throws {
    try await turn("preparing \(name) for fencing") { turn in
      try await makeBook(turn)
      let rights = try await HeldRight.read(applicationRole, turn)
      let defaults = try await DefaultRight.read(applicationRole, turn)
      try await RoleObstacles.check(applicationRole, rights: rights, defaults: defaults, turn)
      try await RoleObstacles.checkLogin(applicationRole, turn)
      try await RoleObstacles.checkPublications(turn)
      try await RoleObstacles.checkLeaks(applicationRole, turn)
    }
  }

  public func read() async throws -> DatabaseRole {
    try await turn("reading the role of \(name)") { try await RoleLook.read(applicationRole, $0) }
  }

  public func rights() async throws -> [TableRight] {
    try await turn("reading the application's rights at \(name)") { turn in
      try await HeldRight.read(applicationRole, turn).tableRights
    }
  }

  /// A list that is empty is what a fenced primary says of itself, and is not taken for what the application may do.
  public func remember(_ rights: [TableRight]) async throws {
    guard rights.contains(where: { !$0.privileges.isEmpty }) else { return }
    try await turn("remembering the application's rights at \(name)") { turn in
      try await makeBook(turn)
      try await turn.transaction {
        // Not beside a fence or a promotion.
        try await turn.execute("SELECT FROM signalbox.role WHERE id = 1 FOR UPDATE")
        try await RightsMemory.replace(rights, turn)
      }
    }
  }

  // MARK: - Turns

  /// Lends `body` a session for one call, and says what was being done when it fails.
  func turn<Value: Sendable>(_ doing: String, _ body: (Turn) async throws -> Value) async throws -> Value {
    let deadline = ContinuousClock.now + limits.call
    do {
      return try await pool.withConnection(timeout: limits.statement) { connection in
        try await body(Turn(connection: connection, limits: limits, deadline: deadline))
      }
    } catch let error as PostgresError {
      // The tables may be gone with a database that was made anew.
      if error.sqlState == "42P01" || error.sqlState == "3F000" { isBookMade.isSet.withLock { $0 = false } }
      throw RoleError(error, doing: doing)
    }
  }

  func makeBook(_ turn: Turn) async throws {
    guard !isBookMade.isSet.withLock({ $0 }) else { return }
    try await RoleBook(applicationRole: applicationRole).make(turn)
    isBookMade.isSet.withLock { $0 = true }
  }

  /// One change: a transaction that begins with the lock on the role's row, and is refused to whoever is outdone.
  ///
  /// - Parameters:
  ///   - wanted: what the database is after it; nil for a change that leaves that.
  ///   - body: may be run again, after another's change at the same moment undid it.
  func change<Value: Sendable>(
    _ turn: Turn, _ generation: Generation, to wanted: DatabaseRole.Standing?,
    _ body: (RoleRecord) async throws -> Value
  ) async throws -> Value {
    guard let number = Int64(exactly: generation.rawValue) else {
      throw RoleError.refused("the generation \(generation) is too great for a database to keep")
    }
    try await makeBook(turn)
    var attempts = 0
    while true {
      do {
        return try await turn.transaction {
          let row = try await turn.query(
            "SELECT \(RoleRecord.columns) FROM signalbox.role WHERE id = 1 FOR UPDATE", preparing: true
          ).first
          guard let row else { throw RoleError.refused("the row of signalbox.role is gone: prepare the database anew") }
          let record = try RoleRecord(row)
          try record.judge(generation, to: wanted, by: actor, for: applicationRole)
          let value = try await body(record)
          let standing = wanted ?? record.standing
          let keeps = standing == record.standing && generation == record.generation
          if !keeps {
            try await turn.query(
              """
              UPDATE signalbox.role SET standing = $1, generation = $2::bigint, actor = $3, changed_at = clock_timestamp()
              WHERE id = 1
              """, [PostgresValue(standing.rawValue), PostgresValue(number), PostgresValue(actor)])
          }
          return value
        }
      } catch let error as PostgresError where error.isRace && attempts < 5 {
        attempts += 1
      }
    }
  }
}

/// Where a change has got to, for tests that interrupt it.
enum RoleStage: Sendable, CaseIterable {
  case fenceBegun, rightsRevoked, fenceCommitted, sessionsEnded
  case promotionBegun, rightsGranted, promotionCommitted
}
