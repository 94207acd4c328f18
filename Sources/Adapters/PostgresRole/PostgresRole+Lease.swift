public import Operations
import PostgresAdapter

extension PostgresRole {
  /// The first renewal claims a database that no controller has acted on, if it takes writes.
  ///
  /// A table that cannot be covered in time, because a long transaction has it locked, is named in the error; the lease
  /// of the others is renewed all the same, so that the application is not punished for it.
  public func renewLease(generation: Generation, until end: Timestamp) async throws -> Timestamp {
    try await turn("renewing the lease of \(name)") { turn in
      let triggers = LeaseTriggers(applicationRole: applicationRole)
      try await makeBook(turn)
      let isArmed = try await turn.query(
        "SELECT last_value > 1 AS armed FROM signalbox.lease_end", preparing: true
      ).only().get("armed", as: Bool.self)
      // The first time nothing ends before all of it can.
      if !isArmed {
        try await change(turn, generation, to: nil) { try await judgeArming($0, turn) }
        try await triggers.cover(turn)
      }
      let ends = try await change(turn, generation, to: .primary) { record in
        try await judgeArming(record, turn)
        return try await extend(to: end, turn)
      }
      if isArmed { try await triggers.cover(turn) }
      return ends
    }
  }

  public func releaseLease(generation: Generation) async throws {
    try await turn("releasing the lease of \(name)") { turn in
      try await change(turn, generation, to: nil) { record in
        // A fence is not a lease's to lift.
        guard record.standing != .fenced else { return }
        try await turn.execute(
          """
          UPDATE signalbox.role SET armed_at = NULL WHERE id = 1;
          DELETE FROM signalbox.lease_guard;
          SELECT setval('signalbox.lease_end', 0)
          """)
      }
    }
  }

  private func judgeArming(_ record: RoleRecord, _ turn: Turn) async throws {
    switch record.standing {
    case .primary: return
    case .fenced: throw RoleError.refused("\(name) is fenced and has no lease to renew: promote it first")
    case .unclaimed:
      guard try await RoleLook.read(applicationRole, turn).takesWrites else {
        throw RoleError.refused("\(name) takes no writes of \(applicationRole), and has no lease to renew")
      }
    }
  }

  /// Not undone with the transaction; the row's lock was taken before, so only whoever may renew gets here.
  private func extend(to end: Timestamp, _ turn: Turn) async throws -> Timestamp {
    try await turn.execute("DELETE FROM signalbox.lease_guard")
    let ends = try await turn.execute(LeaseSQL.extend(to: end.microsecondsSinceEpoch)).first?.get(
      "ends", as: Int64.self)
    guard let ends else { throw RoleError.refused("the lease that was asked for at \(name) has ended already") }
    try await turn.execute("UPDATE signalbox.role SET armed_at = clock_timestamp() WHERE id = 1 AND armed_at IS NULL")
    return Timestamp(microsecondsSinceEpoch: ends)
  }

  /// Ends what a fence or a lease that has run out holds up. A lease that stands is left, where it is a primary's.
  func liftLease(keepingStanding keepsLease: Bool, _ turn: Turn) async throws {
    let stands = "(last_value > 1 AND last_value > extract(epoch FROM clock_timestamp()) * 1000000)"
    let lifted: Int = try await turn.execute(
      """
      SELECT count(setval('signalbox.lease_end', 0))::int AS lifted FROM signalbox.lease_end
      WHERE NOT (\(keepsLease) AND \(stands))
      """
    ).only().get("lifted")
    if lifted > 0 { try await turn.execute("UPDATE signalbox.role SET armed_at = NULL WHERE id = 1") }
  }
}
