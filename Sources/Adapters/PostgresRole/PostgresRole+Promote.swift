public import Operations
import PostgresAdapter

extension PostgresRole {
  public func promote(generation: Generation) async throws -> String {
    try await turn("promoting \(name)") { turn in
      let restoration = try await change(turn, generation, to: .primary) { record in
        try await pause?(.promotionBegun)
        let restoration = try await restore(record, turn)
        try await pause?(.rightsGranted)
        return restoration
      }
      try await pause?(.promotionCommitted)
      return try await provePromotion(generation, restoration, turn)
    }
  }

  /// Writes a row that the lease and the fence judge as they judge the application's, and reads it back.
  public func verifyWritable(generation: Generation) async throws -> String {
    try await turn("verifying that \(name) takes writes") { turn in
      let token = "\(UInt64.random(in: .min ... .max))"
      let accepted = try await change(turn, generation, to: nil) { record in
        guard record.standing == .primary else {
          throw RoleError.refused("\(name) stands as \(record.standing.rawValue), not as the primary: promote it first")
        }
        let accepted = try await acceptedWrite(turn, tables: nil)
        try await turn.execute("SET LOCAL \(LeaseSQL.asApplication) = 'on'")
        try await turn.query(
          """
          INSERT INTO signalbox.role_check (id, generation, token) VALUES (1, $1::bigint, $2)
          ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, token = excluded.token,
            written_at = excluded.written_at
          """, [PostgresValue(generation.rawValue), PostgresValue(token)])
        return accepted
      }
      let found = try await turn.query("SELECT token FROM signalbox.role_check WHERE id = 1").first
      guard try found?.get("token", as: String.self) == token else {
        throw RoleError.notProven("\(name) does not hold the row that was just written to signalbox.role_check")
      }
      return "a row was written to signalbox.role_check and read back; \(accepted) accepted as \(applicationRole)"
    }
  }

  /// What is remembered, given back in the transaction of the change.
  private func restore(_ record: RoleRecord, _ turn: Turn) async throws -> Restoration {
    let memory = try await RightsMemory.read(turn)
    let held = try await HeldRight.read(applicationRole, turn)
    guard !memory.isEmpty || !held.isEmpty else {
      throw RoleError.refused(
        "nothing is remembered of what \(applicationRole) may do at \(name), which no fence and no primary has told: "
          + "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \(Quoted.plain(applicationRole)) there, "
          + "then promote again")
    }
    let defaults = try await DefaultRight.remembered(turn)
    let restoration = try await Restoration(of: memory, to: applicationRole, turn)
    try await RoleObstacles.check(applicationRole, rights: restoration.rights, defaults: defaults, turn)
    for (grantor, statements) in restoration.grants {
      try await turn.execute(statements, as: grantor)
    }
    for (owner, defaults) in DefaultRight.byOwner(defaults) {
      try await turn.execute(defaults.map { $0.grant(to: applicationRole) }, as: owner)
    }
    try await DefaultRight.forget(turn)
    try await ReadOnlySetting(applicationRole: applicationRole).reset(turn)
    // Last, for this is not undone with the transaction: until the commit the application lacks its rights all the same.
    try await liftLease(keepingStanding: record.standing == .primary, turn)
    return restoration
  }

  private func provePromotion(_ generation: Generation, _ restoration: Restoration, _ turn: Turn) async throws -> String
  {
    try await turn.transaction {
      try await expect(.primary, generation, turn)
      let accepted = try await acceptedWrite(turn, tables: restoration.provable.isEmpty ? nil : restoration.provable)
      let missing =
        restoration.missing.isEmpty
        ? "" : "; not here, and left out: \(restoration.missing.joined(separator: ", "))"
      return "\(accepted) accepted as \(applicationRole); \(restoration.rights.count) rights given back\(missing)"
    }
  }

  /// Tries writes as the application, and names one that was let through.
  ///
  /// - Parameter tables: those of which every kind of write must be; nil where one of any table will do.
  private func acceptedWrite(_ turn: Turn, tables: [String: Set<Privilege.Kind>]?) async throws -> String {
    let isReadOnly = try await turn.query(
      "SELECT \(ApplicationSQL.readOnly) AS read_only", [PostgresValue(applicationRole)]
    ).only().get("read_only", as: Bool.self)
    guard !isReadOnly else {
      throw RoleError.notProven("sessions of \(applicationRole) at \(name) are read-only (\(ReadOnlySetting.name))")
    }
    let attempts = try await WriteAttempts.run(
      as: applicationRole, tables: tables?.keys.sorted(), asApplication: true, turn)
    let expected = (tables ?? [:]).flatMap { table, kinds in kinds.compactMap { $0.attempt(on: table) } }
    if let refused = Set(attempts.refused).intersection(expected).min() {
      throw RoleError.notProven(
        "\(name) takes no writes: \(refused) as \(applicationRole) was refused, \(attempts.reason ?? "for no reason")")
    }
    guard let accepted = attempts.accepted.first else {
      let why = attempts.reason ?? attempts.untold.first ?? "there is no table to write to"
      throw RoleError.notProven("\(name) takes no writes of \(applicationRole): \(why)")
    }
    return accepted
  }
}

extension Privilege.Kind {
  /// As ``WriteAttempts`` names it; nil for what is not tried.
  fileprivate func attempt(on table: String) -> String? {
    switch self {
    case .insert: "INSERT into \(table)"
    case .update: "UPDATE of \(table)"
    case .delete: "DELETE from \(table)"
    case .truncate, .usage: nil
    }
  }
}
