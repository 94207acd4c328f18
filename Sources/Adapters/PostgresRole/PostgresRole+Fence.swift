public import Operations
import PostgresAdapter

extension PostgresRole {
  public func fence(generation: Generation) async throws -> String {
    try await turn("fencing \(name)") { turn in
      try await change(turn, generation, to: .fenced) { record in
        try await pause?(.fenceBegun)
        try await revoke(record, turn)
        try await pause?(.rightsRevoked)
      }
      try await pause?(.fenceCommitted)
      let ended = try await SessionEnd(applicationRole: applicationRole, generation: generation).run(turn)
      try await pause?(.sessionsEnded)
      return try await proveFence(generation, ended: ended, turn)
    }
  }

  /// Remembers the rights and takes them away, in the transaction of the change.
  private func revoke(_ record: RoleRecord, _ turn: Turn) async throws {
    let rights = try await HeldRight.read(applicationRole, turn)
    let defaults = try await DefaultRight.read(applicationRole, turn)
    try await RoleObstacles.check(applicationRole, rights: rights, defaults: defaults, turn)
    let isReadOnly = try await turn.query(
      "SELECT \(ApplicationSQL.readOnly) AS read_only", [PostgresValue(applicationRole)]
    ).only().get("read_only", as: Bool.self)
    // A database that was fenced, by us or by hand, has lost rights that are remembered already.
    let isWhole = record.standing == .primary || (record.standing == .unclaimed && !isReadOnly)
    if isWhole { try await DefaultRight.forget(turn) }
    try await RightsMemory.record(rights, replacing: isWhole, turn)
    try await DefaultRight.record(defaults, turn)
    let before = try await OwnRights.read(turn)
    for (grantor, statements) in HeldRight.revocation(of: rights, from: applicationRole) {
      try await turn.execute(statements, as: grantor)
    }
    for (owner, defaults) in DefaultRight.byOwner(defaults) {
      try await turn.execute(defaults.map { $0.revocation(from: applicationRole) }, as: owner)
    }
    try await before.restore(turn)
    try await ReadOnlySetting(applicationRole: applicationRole).set(turn)
    try await turn.execute("UPDATE signalbox.role SET armed_at = NULL WHERE id = 1")
  }

  /// Under the row's lock, so that nobody promotes meanwhile.
  private func proveFence(_ generation: Generation, ended: Int, _ turn: Turn) async throws -> String {
    try await turn.transaction {
      try await expect(.fenced, generation, turn)
      // Where a lease's triggers are, they hold what a fence alone would not: functions that write by others' rights.
      try await turn.execute("SELECT setval('signalbox.lease_end', 1)")
      let leaks = try await Leak.read(applicationRole, limit: 3, turn)
      let attempts = try await WriteAttempts.run(as: applicationRole, asApplication: false, turn)
      let prepared = try await preparedTransaction(turn)
      if !leaks.isEmpty {
        throw RoleError.notProven(
          "\(name) is not fenced, \(applicationRole) may still write: "
            + leaks.map { $0.text(for: applicationRole) }.joined(separator: "; "))
      }
      if let right = try await HeldRight.read(applicationRole, turn).first {
        throw RoleError.notProven(
          "\(name) is not fenced: \(right.privilege.clause) on \(right.relation) was granted to \(applicationRole) "
            + "meanwhile; fence again")
      }
      if let accepted = attempts.accepted.first {
        throw RoleError.notProven("\(name) is not fenced, a write as \(applicationRole) was accepted: \(accepted)")
      }
      if let prepared {
        throw RoleError.notProven(
          "the prepared transaction \(prepared) of \(applicationRole) may still be committed at \(name): as "
            + "\(applicationRole), ROLLBACK PREPARED or COMMIT PREPARED \(Quoted.literal(prepared)), then fence again")
      }
      guard let first = attempts.refused.first, let reason = attempts.reason else {
        throw RoleError.notProven(
          attempts.untold.first.map { "no write could be tried as \(applicationRole) at \(name): \($0)" }
            ?? "\(name) has no table to try a write on: is it the application's database?")
      }
      let sessions = ended == 1 ? "1 session" : "\(ended) sessions"
      return "\(first) refused: \(reason); all \(attempts.refused.count) writes tried were, \(sessions) ended"
    }
  }

  /// Locks the row and throws unless this generation still stands, and so.
  func expect(_ standing: DatabaseRole.Standing, _ generation: Generation, _ turn: Turn) async throws {
    let row = try await turn.query(
      "SELECT \(RoleRecord.columns) FROM signalbox.role WHERE id = 1 FOR UPDATE", preparing: true
    ).only()
    let record = try RoleRecord(row)
    guard record.generation == generation, record.standing == standing else {
      throw RoleError.superseded(standing: record.generation)
    }
  }

  private func preparedTransaction(_ turn: Turn) async throws -> String? {
    try await turn.query(
      """
      SELECT p.gid FROM pg_prepared_xacts p JOIN pg_roles r ON r.rolname = p.owner
      WHERE p.database = current_database() AND NOT r.rolsuper AND r.rolname <> session_user
        AND (r.rolname = $1::name OR pg_has_role(r.oid, $1::name, 'USAGE')) ORDER BY 1 LIMIT 1
      """, [PostgresValue(applicationRole)]
    ).first?.get("gid")
  }
}
